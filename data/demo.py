"""Shows a DuckDB query over a published snapshot: data/demo.py WAREHOUSE"""

import sys
from pathlib import Path

import duckdb

QUERY = """
SELECT city, year, department, account_code AS code, account_name AS account, amount
FROM read_parquet('{current}/line_items/**/*.parquet', hive_partitioning = true)
JOIN (SELECT document_id, scope FROM '{current}/documents/**/*.parquet') USING (document_id)
WHERE stage = 'budget' AND scope = 'department'
  AND form = 'general_public_expenditure' AND measure = 'total' AND length(account_code) = 3
ORDER BY amount DESC
LIMIT 12
"""


def main() -> None:
    current = Path(sys.argv[1]) / "current"
    query = QUERY.format(current=current).strip()
    print("What departments spend most on, from their general public budgets (yuan):\n")
    print(query, "\n")
    duckdb.sql(query).show(max_width=140)
    counts = f"SELECT count(*), count(DISTINCT document_id) FROM '{current}/line_items/**/*.parquet'"
    [(count, documents)] = duckdb.sql(counts).fetchall()
    print(f"{count:,} amounts of {documents} disclosures, each with its file, line and printed text.")


if __name__ == "__main__":
    main()
