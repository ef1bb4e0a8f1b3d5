"""How long DuckDB takes for the amounts of a snapshot, by each of the ways to get at them.

    readers.py plain SNAPSHOT FILE [THREADS]      writes the rows of `line_items` as one plain file
    readers.py ask SNAPSHOT FILE [THREADS]        asks, and prints seconds by way and question as JSON
    readers.py tabbed SNAPSHOT FILE               prints paths of disclosures whose tables have tabs, with their numbers of amounts
    readers.py stats SNAPSHOT DATASETS [THREADS]  makes the datasets of `budgetlake stats` that lie in DATASETS by the same SQL

Every question is asked in a new database, as by somebody who has just started DuckDB; files are in the page cache. The answers of all ways
have to be the same. The clock runs from the question to the last row in Arrow's memory; the making of views is not counted.
"""

import json
import os
import statistics
import sys
import threading
import time
from pathlib import Path


GLOB = "read_parquet('{snapshot}/line_items/**/*.parquet', hive_partitioning = true)"
# The partition's columns first, so that every way gives the same.
COLUMNS = """stage, form, side, row_kind, account_code, account_name, account_text, project_name, item, measure, amount, amount_text, money_unit,
    column_header, document_id, table_no, row_no, line"""
QUESTIONS = {
    "full scan": "SELECT stage, form, measure, count(*), sum(amount) FROM {rows} GROUP BY ALL ORDER BY ALL",
    "one department": f"SELECT {COLUMNS} FROM {{rows}} WHERE city = $city AND department = $department ORDER BY document_id, table_no, row_no, measure, column_header, amount",
    "one city and year": "SELECT department, form, measure, count(*), sum(amount) FROM {rows} WHERE city = $city AND year = $year GROUP BY ALL ORDER BY ALL",
}
TIMES = 5
# How long DuckDB may take for the datasets of `budgetlake stats`, in seconds.
STATS_LIMIT = 240


def connect(threads: int):
    # Here and not above: who asks for the questions alone must stay small, or its memory counts as its children's.
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}")
    return connection


def plain(snapshot: Path, file: Path, threads: int) -> None:
    """One file of the same rows in the order of the partitions, as DuckDB writes it."""
    rows = GLOB.format(snapshot=snapshot)
    connect(threads).execute(f"COPY (FROM {rows}) TO '{file}' (FORMAT parquet, COMPRESSION zstd)")


def ways(snapshot: Path, file: Path) -> dict[str, tuple[str, str]]:
    """By name: what to do before, and what to read from."""
    found = {"plain": ("", f"read_parquet('{file}')"), "partitions": ("", GLOB.format(snapshot=snapshot))}
    if any((snapshot / "compact" / "line_items").glob("*.parquet")):
        found["compact"] = ("", f"read_parquet('{snapshot}/compact/line_items/*.parquet')")
    if (snapshot / "views.sql").exists():
        found["views"] = ((snapshot / "views.sql").read_text(), "line_items")
    return found


def ask(snapshot: Path, file: Path, threads: int) -> dict:
    connection = connect(threads)
    # The largest there are: they take longest.
    largest = f"SELECT {{0}}, count(*) FROM '{file}' GROUP BY ALL ORDER BY count(*) DESC, 1, 2 LIMIT 1"
    [[city, department, rows]] = connection.execute(largest.format("city, department")).fetchall()
    [[of_city, year, _]] = connection.execute(largest.format("city, year")).fetchall()
    values = {
        "full scan": {},
        "one department": {"city": city, "department": department},
        "one city and year": {"city": of_city, "year": year},
    }
    seconds = {}
    for question, sql in QUESTIONS.items():
        answers = {}
        for way, (before, source) in ways(snapshot, file).items():
            taken = []
            for _ in range(TIMES):
                connection = connect(threads)
                connection.execute(before or "SELECT 1").fetchall()
                begin = time.perf_counter()
                answer = connection.sql(sql.format(rows=source), params=values[question]).to_arrow_table()
                taken.append(time.perf_counter() - begin)
            answers[way] = answer.to_pylist()
            if answers[way] != answers["plain"]:
                sys.exit(f"{question}: {way} gives other rows than the plain file")
            seconds.setdefault(way, {})[question] = statistics.median(taken)
    return {"seconds": seconds, "rows_of_department": rows, "bytes_of_plain": file.stat().st_size}


def tabbed(snapshot: Path, _: Path, threads: int) -> list:
    """Those none of whose tables has another layout."""
    found = f"""
        SELECT path, line_items FROM '{snapshot}/documents/**/*.parquet' SEMI JOIN
            (FROM '{snapshot}/tables/**/*.parquet' SELECT document_id GROUP BY ALL HAVING bool_and(layout = 'tabbed')) USING (document_id)
        WHERE line_items > 0 ORDER BY ALL"""
    return connect(threads).execute(found).fetchall()


def stats(snapshot: Path, datasets: Path, threads: int) -> dict:
    """The same SQL as that of each dataset: its view, or `src/*/sql/NAME.sql` over the views."""
    import duckdb

    connection = connect(threads)
    connection.execute((snapshot / "views.sql").read_text()).fetchall()
    views = {name for (name,) in connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()}
    seconds, missing = {}, []
    # What is still to come when the time is over is missing; its seconds until then count.
    limit = threading.Timer(STATS_LIMIT, connection.interrupt)
    limit.start()
    for name in sorted({path.name.split(".")[0] for path in datasets.rglob("*.parquet")}):
        [*written] = (Path(__file__).resolve().parent.parent / "src").glob(f"*/sql/{name}.sql")
        if not written and name not in views:
            missing.append(name)
            continue
        query = written[0].read_text() if written else f"FROM {name}"
        if not limit.is_alive():
            missing.append(name)
            continue
        begin = time.perf_counter()
        try:
            connection.sql(query).to_arrow_table()
        except duckdb.InterruptException:
            missing.append(name)
        except Exception as error:
            # A dialect that differs is no reason to lose the session.
            print(f"{name}: {error}", file=sys.stderr)
            missing.append(name)
            continue
        seconds[name] = time.perf_counter() - begin
    limit.cancel()
    return {"seconds": sum(seconds.values()), "datasets": seconds, "missing": missing}


def main() -> None:
    command, snapshot, file = sys.argv[1], Path(sys.argv[2]).resolve(), Path(sys.argv[3]).resolve()
    threads = int(sys.argv[4]) if len(sys.argv) > 4 else 2
    # The views may name their files from here.
    os.chdir(snapshot)
    if command == "plain":
        plain(snapshot, file, threads)
    else:
        print(json.dumps({"ask": ask, "tabbed": tabbed, "stats": stats}[command](snapshot, file, threads)))


if __name__ == "__main__":
    main()
