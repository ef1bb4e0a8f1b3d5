"""Queries every view of views.sql in DuckDB, as people do: views.py SAMPLE_SNAPSHOT EMPTY_SNAPSHOT"""

import json
import os
import sys
from pathlib import Path

import duckdb


def connect(snapshot):
    """By the variable, from anywhere."""
    connection = duckdb.connect()
    connection.execute(f"SET VARIABLE snapshot = '{snapshot}'")
    connection.execute(Path(snapshot, "views.sql").read_text(encoding="utf-8"))
    return connection


def views(connection):
    return [name for (name,) in connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY 1").fetchall()]


def main():
    sample, empty = sys.argv[1:]
    connection = connect(sample)
    names = views(connection)
    assert len(names) >= 20, names
    filled = {name for name in names if connection.execute(f"SELECT count(*) FROM {name}").fetchone() != (0,)}
    # The sample's bodies are of one stage each, and it has neither performance forms nor failures.
    may_be_empty = {"repeated_line_items", "budget_against_final_account", "failed_checks", "indicators", "indicator_list", "indicator_uses", "procurement_catalogue", "rejects", "facts", "stated_figures"}
    assert set(names) - filled <= may_be_empty, set(names) - filled
    bare = connection.execute(
        """SELECT table_name, column_name FROM duckdb_columns() WHERE comment IS NULL AND NOT internal
           UNION ALL SELECT view_name, NULL FROM duckdb_views() WHERE comment IS NULL AND NOT internal"""
    ).fetchall()
    assert bare == [], bare

    hollow = connect(empty)
    for name in names:
        columns = hollow.execute(f"SELECT * FROM {name}").fetchall()
        assert name in ("economic_accounts", "rejects", "counted_tables") or columns == [], (name, columns)

    # datapackage.json names the files of every table, and their columns.
    for snapshot, viewed in ((sample, connection), (empty, hollow)):
        package = json.loads(Path(snapshot, "datapackage.json").read_text(encoding="utf-8"))
        assert len(package["resources"]) == 9, package["resources"]
        for table in package["resources"]:
            rows = duckdb.read_parquet([str(Path(snapshot, path)) for path in table["path"]])
            fields = table["schema"]["fields"]
            assert rows.columns == [field["name"] for field in fields] and all(field["description"] for field in fields), table
            numbers = {field["name"] for field in fields if field["type"] in ("integer", "number")}
            of_type = {name for name, kind in zip(rows.columns, rows.types) if str(kind).startswith(("DECIMAL", "INTEGER", "BIGINT"))}
            assert numbers == of_type, (table["name"], numbers ^ of_type)
            assert rows.count("*").fetchall() == viewed.execute(f"SELECT count(*) FROM {table['name']}").fetchall(), table["name"]

    # By the working directory, as with `cd WAREHOUSE/current && duckdb -init views.sql`.
    os.chdir(sample)
    here = duckdb.connect()
    here.execute(Path("views.sql").read_text(encoding="utf-8"))
    assert here.execute("SELECT count(*) FROM line_items").fetchone() == connection.execute("SELECT count(*) FROM line_items").fetchone()


if __name__ == "__main__":
    main()
