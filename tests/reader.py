"""Queries a warehouse over and over while runs publish, until its standard input ends: reader.py WAREHOUSE

Two readers in turn. The pinned one tells once which snapshot is current and stays with it over several tables, as docs/nightly.md has it: it
may never fail, nor see tables that contradict each other. The other one globs through the link `current`: it sees one state of its table, or
an error for a file that went between listing and opening.

Prints as JSON the states that each saw, and how many queries they made.
"""

import json
import sys
import threading

import duckdb

PIN = "SET VARIABLE snapshot = (SELECT '{0}/snapshots/' || sha256(content)[1:16] FROM read_text('{0}/current/manifest.json'))"
PINNED = """
SELECT (SELECT count(*) FROM read_parquet(getvariable('snapshot') || '/documents/**/*.parquet')),
       (SELECT sum(line_items) FROM read_parquet(getvariable('snapshot') || '/documents/**/*.parquet')),
       count(DISTINCT document_id), count(*), sum(amount)::VARCHAR
FROM read_parquet(getvariable('snapshot') || '/line_items/**/*.parquet')
"""
UNPINNED = "SELECT count(DISTINCT document_id), count(*), sum(amount)::VARCHAR FROM read_parquet('{0}/current/line_items/**/*.parquet')"


def main():
    warehouse = sys.argv[1]
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    pinned, unpinned, queries, met_a_switch = set(), set(), 0, 0
    while not ended.is_set() or queries < 3:
        queries += 1
        connection = duckdb.connect()
        connection.execute(PIN.format(warehouse))
        documents, items_by_documents, with_items, items, total = connection.execute(PINNED).fetchall()[0]
        assert (documents, items_by_documents) == (with_items, items), (documents, items_by_documents, with_items, items)
        pinned.add((documents, items, total))
        try:
            unpinned.add(connection.execute(UNPINNED.format(warehouse)).fetchall()[0])
        except duckdb.IOException as error:
            assert any(words in str(error) for words in ("No such file", "Cannot open file", "No files found")), error
            met_a_switch += 1
    print(json.dumps({"pinned": sorted(pinned), "unpinned": sorted(unpinned), "queries": queries, "met_a_switch": met_a_switch}))


if __name__ == "__main__":
    main()
