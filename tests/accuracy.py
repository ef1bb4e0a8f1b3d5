"""Compares published snapshots with the generator's truth: accuracy.py [--rows N] NAME=CURRENT,TRUTH…

For each corpus it prints recall and precision of every table by layout, by kind of noise and, for amounts, by form. A row counts as right only
if every column in COLUMNS is as in the truth. A row that is missing is either *named* (a reject stands on its line or within its table) or
*silent*. `--rows N` shows the first N silent and wrong rows, to look into them.

Ends with status 1 if anything differs in a corpus without noise that no reject names.
"""

import argparse
import sys

import duckdb

COLUMNS = {
    "line_items": "stage form side row_kind classification account_code account_name item project_name measure amount amount_text money_unit line",
    "projects": "stage form project_name competent_department_code competent_department implementing_unit attribute duration_text overview basis "
    "necessity safeguards plan implementation_goal annual_goal completion execution_rate total_score grade filled_at analysis_execution "
    "analysis_output analysis_benefit analysis_satisfaction experience problems improvements line",
    "indicators": "stage project_name horizon dimension category indicator_name target_text operator target_value target_unit is_quantitative "
    "adjusted_text actual_text actual_operator actual_value actual_unit weight score deviation_reason line",
    "facts": "stage fact subject value value_text unit fact_year comparison reason line",
}
# One row a document: where and what it is published as.
IDENTITY = "city year department unit stage scope"

COUNTS = """count(*) FILTER (known) AS printed, count(*) FILTER (given) AS published,
    count(*) FILTER (known AND NOT given AND named) AS named, count(*) FILTER (known AND NOT given AND NOT named) AS silent,
    count(*) FILTER (given AND NOT known) AS wrong,
    round(count(*) FILTER (known AND given) / greatest(count(*) FILTER (known), 1), 4) AS recall,
    round(count(*) FILTER (known AND given) / greatest(count(*) FILTER (given), 1), 4) AS precision"""


def load(connection, current, truth):
    """Makes the view `compared`: every row that is printed or published, and whether it is the one, the other or both."""
    scan = "read_parquet('{}/{}/**/*.parquet', hive_partitioning = true)".format
    connection.sql(f"CREATE OR REPLACE TEMP TABLE documents AS SELECT * FROM '{truth}/documents.parquet'")
    connection.sql("CREATE OR REPLACE TEMP TABLE layouts AS SELECT document_id, layout::VARCHAR AS layout FROM documents")
    connection.sql(
        f"""CREATE OR REPLACE TEMP TABLE rejects AS SELECT document_id, line, code FROM {scan(current, "rejects")}
            WHERE line IS NOT NULL"""
    )
    # From the title of a table, a few lines above its first row, to its last row.
    connection.sql(
        f"""CREATE OR REPLACE TEMP TABLE spans AS
            WITH rows AS (SELECT document_id, table_no, line FROM '{truth}/line_items.parquet'
                          UNION ALL SELECT document_id, table_no, line FROM '{truth}/indicators.parquet'
                          UNION ALL SELECT document_id, table_no, line FROM '{truth}/projects.parquet')
            SELECT document_id, table_no, min(line) - 20 AS first, max(line) + 14 AS last FROM rows GROUP BY ALL"""
    )
    connection.sql(
        """CREATE OR REPLACE TEMP TABLE named_tables AS
           SELECT DISTINCT spans.document_id, table_no FROM spans JOIN rejects
           ON rejects.document_id = spans.document_id AND rejects.line BETWEEN first AND last"""
    )
    parts = []
    for table, columns in COLUMNS.items():
        columns = columns.split()
        key = "concat_ws('¦', " + ", ".join(f"coalesce({column}::VARCHAR, '∅')" for column in columns) + ")"
        # Where names wrap around their figures, which of the lines a row starts on is a matter of taste.
        key = key.replace("coalesce(line::VARCHAR, '∅')", "CASE WHEN layout IN ('linear', 'aligned') THEN '' ELSE coalesce(line::VARCHAR, '∅') END")
        # Of a form in lines of text as many fields are read as can be told; tests/accuracy.rs compares them one by one.
        if table == "projects":
            told_apart = [column for column in columns if column not in ("stage", "form", "project_name")]
            for column in told_apart:
                field = f"coalesce({column}::VARCHAR, '∅')"
                key = key.replace(field, f"CASE WHEN layout IN ('linear', 'aligned') THEN '' ELSE {field} END")
        numbered = f"row_number() OVER (PARTITION BY document_id, {key}) AS copy"
        form = "form::VARCHAR" if "form" in columns else "NULL::VARCHAR"
        told = f"SELECT document_id, {key} AS key, {form} AS form, line, table_no, {numbered} FROM '{truth}/{table}.parquet' JOIN layouts USING (document_id)"
        given = f"SELECT document_id, {key} AS key, {form} AS form, line, {numbered} FROM {scan(current, table)} JOIN layouts USING (document_id)"
        parts.append(
            f"""SELECT '{table}' AS part, document_id, key, coalesce(told.form, given.form) AS form,
                   told.key IS NOT NULL AS known, given.key IS NOT NULL AS given,
                   coalesce(told.line, given.line) AS line,
                   (document_id, told.table_no) IN (SELECT (document_id, table_no) FROM named_tables)
                     OR (document_id, told.line) IN (SELECT (document_id, line) FROM rejects) AS named
                FROM ({told}) told FULL JOIN ({given}) given USING (document_id, key, copy)"""
        )
    key = "concat_ws('¦', " + ", ".join(f"coalesce({column}::VARCHAR, '∅')" for column in IDENTITY.split()) + ")"
    parts.append(
        f"""SELECT 'identity' AS part, document_id, key, NULL AS form, told.key IS NOT NULL AS known, given.key IS NOT NULL AS given,
               NULL AS line, false AS named
            FROM (SELECT document_id, {key} AS key FROM documents) told
            FULL JOIN (SELECT document_id, {key} AS key FROM {scan(current, "documents")}) given USING (document_id, key)"""
    )
    connection.sql("CREATE OR REPLACE TEMP TABLE compared AS " + " UNION ALL ".join(parts))


def show(connection, title, groups, where="true"):
    """Prints the counts by some columns."""
    print(f"\n{title}")
    rows = connection.sql(
        f"""SELECT {groups}, {COUNTS} FROM compared LEFT JOIN documents USING (document_id) WHERE {where}
            GROUP BY {groups} ORDER BY {groups}"""
    )
    names = rows.columns
    cells = [[f"{value:.4f}" if isinstance(value, float) else str("-" if value is None else value) for value in row] for row in rows.fetchall()]
    widths = [max(len(name), *(len(row[at]) for row in cells)) for at, name in enumerate(names)]
    texts = len(groups.split(","))
    for row in [names, *cells]:
        padded = (cell.ljust(width) if at < texts else cell.rjust(width) for at, (cell, width) in enumerate(zip(row, widths)))
        print("  " + "  ".join(padded))


def examples(connection, count):
    """Prints rows that are missing without a reject, and rows that are not printed."""
    rows = connection.sql(
        f"""SELECT coalesce(noise, '-'), layout, path, part, line, CASE WHEN known THEN 'silent' ELSE 'wrong' END, key
            FROM compared JOIN documents USING (document_id)
            WHERE (known AND NOT given AND NOT named) OR (given AND NOT known)
            ORDER BY noise, layout, path, part, line, known LIMIT {count}"""
    ).fetchall()
    for row in rows:
        print("  ", *row)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("corpora", nargs="+", metavar="NAME=CURRENT,TRUTH")
    parser.add_argument("--rows", type=int, default=0)
    arguments = parser.parse_args()
    failed = False
    for corpus in arguments.corpora:
        name, paths = corpus.split("=", 1)
        current, truth = paths.split(",")
        connection = duckdb.connect()
        load(connection, current, truth)
        [(noisy, files, size)] = connection.sql("SELECT count(noise) > 0, count(*), sum(file_size) FROM documents").fetchall()
        print(f"\n== {name}: {files:,} disclosures, {size / 1e6:.1f} MB ==")
        show(connection, "All", "part")
        show(connection, "By layout", "part, layout")
        show(connection, "Amounts by form", "form", "part = 'line_items'")
        if noisy:
            show(connection, "By kind of noise", "part, noise")
            show(connection, "Amounts by kind of noise and layout", "noise, layout", "part = 'line_items'")
        if arguments.rows:
            print("\nRows that are missing silently or wrong")
            examples(connection, arguments.rows)
        [(bad,)] = connection.sql(
            """SELECT count(*) FROM compared JOIN documents USING (document_id)
               WHERE noise IS NULL AND ((known AND NOT given AND NOT named) OR (given AND NOT known))"""
        ).fetchall()
        failed |= bad > 0
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
