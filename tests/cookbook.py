"""Runs the SQL of the pages: cookbook.py SNAPSHOT PAGE...

Prints, for every block of SQL, the heading that it stands below, whether the page says that the sample has no rows, and how many rows it gives.
Blocks before the views are loaded can use them all the same: they are loaded first.
"""

import json
import re
import sys
from pathlib import Path

import duckdb


def blocks(text: str):
    """Each block of SQL with its heading and with the prose that follows it."""
    heading = ""
    for part in re.split(r"(?m)^(?=#)", text):
        heading = part.split("\n", 1)[0].lstrip("# ").strip()
        pieces = re.split(r"(?s)```(\w+)\n(.*?)```\n?", part)
        for language, code, after in zip(pieces[1::3], pieces[2::3], pieces[3::3]):
            if language == "sql":
                yield heading, code, after


def main() -> None:
    snapshot, *pages = sys.argv[1:]
    connection = duckdb.connect()
    connection.execute(f"SET VARIABLE snapshot = '{snapshot}'")
    connection.execute(Path(snapshot, "views.sql").read_text(encoding="utf-8"))
    for page in pages:
        for heading, code, after in blocks(Path(page).read_text(encoding="utf-8")):
            # Pages speak of a warehouse `lake`.
            code = code.replace("lake/current", snapshot)
            try:
                rows = connection.execute(code).fetchall()
            except duckdb.Error as error:
                raise SystemExit(f"{page}: {heading}: {error}")
            says_none = "None in the sample" in after
            print(json.dumps({"page": Path(page).name, "heading": heading, "says_none": says_none, "rows": len(rows)}, ensure_ascii=False))


if __name__ == "__main__":
    main()
