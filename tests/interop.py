"""Reads a published snapshot as analysts do and compares it with the truth: interop.py CURRENT TRUTH AWKWARD_DEPARTMENT FILE…

Called by tests/interop.rs. Any difference ends it with an assertion that shows both sides.
"""

import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

CODES = ["stage", "form", "side", "row_kind", "classification", "item", "measure"]
MONEY = pa.decimal128(20, 2)


def same(what, given, wanted):
    """Fails with both sides where they differ."""
    if given != wanted:
        if isinstance(given, dict) and isinstance(wanted, dict):
            keys = sorted(set(given) | set(wanted), key=str)
            lines = [f"{key}: {given.get(key)} and should be {wanted.get(key)}" for key in keys if given.get(key) != wanted.get(key)]
            raise AssertionError(what + ":\n" + "\n".join(lines[:40]))
        raise AssertionError(f"{what}: {given!r} and should be {wanted!r}")


def read_truth(path, files):
    """Rows, and sums of amounts, by file and form; partitions by file."""
    documents = {row["document_id"]: row for row in pq.read_table(f"{path}/documents.parquet").to_pylist() if row["path"] in files}
    partitions = {row["path"]: (row["city"], row["year"], row["department"]) for row in documents.values()}
    sums = defaultdict(lambda: (0, Decimal(0)))
    for row in pq.read_table(f"{path}/line_items.parquet", columns=["document_id", "form", "amount"]).to_pylist():
        if row["document_id"] in documents:
            key = (documents[row["document_id"]]["path"], row["form"])
            count, total = sums[key]
            sums[key] = (count + 1, total + row["amount"])
    return dict(sums), partitions


def compact_is_the_partitions(current):
    """Every table has the same rows and types in both layouts."""
    for table in sorted(path.name for path in Path(current, "compact").iterdir()):
        partitions = f"read_parquet('{current}/{table}/**/*.parquet', hive_partitioning = true, hive_types = {{'year': BIGINT}})"
        compact = f"read_parquet('{current}/compact/{table}/*.parquet')"
        types = [duckdb.sql(f"DESCRIBE FROM {layout}").fetchall() for layout in (partitions, compact)]
        same(f"DuckDB's types of compact {table}", types[1], types[0])
        for one, other in ((partitions, compact), (compact, partitions)):
            same(f"rows of {table} in one layout only", duckdb.sql(f"FROM {one} EXCEPT ALL FROM {other}").fetchall(), [])


def by_duckdb(current, files):
    def scan(table):
        return f"read_parquet('{current}/{table}/**/*.parquet', hive_partitioning = true)"

    types = {name: kind for name, kind, *_ in duckdb.sql(f"DESCRIBE SELECT * FROM {scan('line_items')}").fetchall()}
    same("DuckDB's type of amount", types["amount"], "DECIMAL(20,2)")
    assert types["year"] in ("BIGINT", "INTEGER"), types["year"]
    same("DuckDB's types of texts", {types[name] for name in ["city", "department", "account_name"]}, {"VARCHAR"})
    sums = duckdb.sql(
        f"""SELECT path, form::VARCHAR, count(*), sum(amount) FROM {scan("line_items")}
            JOIN (SELECT document_id, path FROM {scan("documents")}) USING (document_id) GROUP BY ALL"""
    ).fetchall()
    partitions = duckdb.sql(f"SELECT path, city, year, department FROM {scan('documents')}").fetchall()
    return (
        {(path, form): (count, total) for path, form, count, total in sums if path in files},
        {path: partition for path, *partition in partitions},
    )


def by_polars(current, files):
    def scan(table):
        return pl.scan_parquet(f"{current}/{table}/**/*.parquet", hive_partitioning=True)

    schema = scan("line_items").collect_schema()
    same("polars' type of amount", schema["amount"], pl.Decimal(20, 2))
    assert schema["year"].is_integer(), schema["year"]
    compact = pl.scan_parquet(f"{current}/compact/line_items/*.parquet").collect_schema()
    for name in CODES:
        assert schema[name] == pl.String, (name, schema[name])
        assert isinstance(compact[name], (pl.Categorical, pl.Enum)), (name, compact[name])
    paths = scan("documents").select("document_id", "path")
    sums = (
        scan("line_items")
        .join(paths, on="document_id")
        .group_by("path", pl.col("form").cast(pl.String))
        .agg(pl.len().alias("count"), pl.col("amount").sum())
        .collect()
    )
    partitions = scan("documents").select("path", "city", "year", "department").collect()
    return (
        {(path, form): (count, total) for path, form, count, total in sums.rows() if path in files},
        {path: partition for path, *partition in partitions.rows()},
    )


def by_pyarrow(current, files):
    line_items = ds.dataset(f"{current}/line_items", format="parquet", partitioning="hive").to_table()
    documents = ds.dataset(f"{current}/documents", format="parquet", partitioning="hive").to_table()
    same("pyarrow's type of amount", line_items.schema.field("amount").type, MONEY)
    assert pa.types.is_integer(line_items.schema.field("year").type), line_items.schema.field("year")
    compact = ds.dataset(f"{current}/compact/line_items", format="parquet").schema
    for name in CODES:
        kind = compact.field(name).type
        assert pa.types.is_string(line_items.schema.field(name).type), name
        assert pa.types.is_dictionary(kind) and pa.types.is_string(kind.value_type), (name, kind)
    paths = dict(zip(documents["document_id"].to_pylist(), documents["path"].to_pylist()))
    items = line_items.select(["document_id", "form", "amount"])
    items = items.set_column(1, "form", pc.cast(items["form"], pa.string()))
    groups = items.group_by(["document_id", "form"]).aggregate([("amount", "count"), ("amount", "sum")]).to_pylist()
    sums = {(paths[row["document_id"]], row["form"]): (row["amount_count"], row["amount_sum"]) for row in groups}
    partitions = documents.select(["path", "city", "year", "department"]).to_pylist()
    return (
        {key: value for key, value in sums.items() if key[0] in files},
        {row["path"]: [row["city"], row["year"], row["department"]] for row in partitions},
    )


def main():
    current, truth, awkward, *files = sys.argv[1:]
    sums, partitions = read_truth(truth, set(files))
    assert len({file for file, _ in sums}) == len(files) >= 14
    partitions["awkward.txt"] = ("大同市", 2023, awkward)
    assert any(Path(current).glob("line_items/city=大同市/year=2023/department=*%2F*%3D*%25*")), "the escapes of Hive are missing"
    compact_is_the_partitions(current)
    for reader in (by_duckdb, by_polars, by_pyarrow):
        given_sums, given_partitions = reader(current, set(files))
        same(f"{reader.__name__}: rows and sums by file and form", given_sums, sums)
        given = {path: tuple(given_partitions.get(path, ())) for path in partitions}
        same(f"{reader.__name__}: partitions by file", given, partitions)


if __name__ == "__main__":
    main()
