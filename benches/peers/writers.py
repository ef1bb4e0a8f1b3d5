"""The rows of a snapshot, written into the same partitions by somebody else.

    writers.py duckdb|polars|pyarrow SNAPSHOT OUT [THREADS]

Table by table: the rows are loaded into memory, then the clock runs while they are written, each with the writer's own defaults (DuckDB and
pyarrow compress with Snappy, polars and budgetlake with Zstandard). Nothing is sorted, hashed or synced to the disk, and the rows lie in the
order of the partitions already. Prints the seconds by table, and what was written, as JSON.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

KEYS = ["city", "year", "department"]


def duckdb(source: str, out: Path, threads: int) -> tuple[int, Callable]:
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}")
    connection.execute(f"CREATE TABLE t AS FROM read_parquet('{source}/**/*.parquet', hive_partitioning = true)")
    [[rows]] = connection.execute("SELECT count(*) FROM t").fetchall()
    return rows, lambda: connection.execute(f"COPY t TO '{out}' (FORMAT parquet, PARTITION_BY ({', '.join(KEYS)}))")


def polars(source: str, out: Path, threads: int) -> tuple[int, Callable]:
    os.environ["POLARS_MAX_THREADS"] = str(threads)
    import polars

    frame = polars.scan_parquet(f"{source}/**/*.parquet", hive_partitioning=True).collect()
    target = polars.PartitionBy(out, key=KEYS, include_key=False)
    return frame.height, lambda: frame.lazy().sink_parquet(target, mkdir=True)


def pyarrow(source: str, out: Path, threads: int) -> tuple[int, Callable]:
    import pyarrow
    import pyarrow.dataset

    pyarrow.set_cpu_count(threads)
    keys = pyarrow.schema([("city", pyarrow.string()), ("year", pyarrow.int32()), ("department", pyarrow.string())])
    partitions = pyarrow.dataset.partitioning(keys, flavor="hive")
    table = pyarrow.dataset.dataset(source, partitioning=partitions).to_table()
    options = {"format": "parquet", "partitioning": partitions, "max_partitions": 1 << 20}
    return table.num_rows, lambda: pyarrow.dataset.write_dataset(table, out, **options)


WRITERS = {"duckdb": duckdb, "polars": polars, "pyarrow": pyarrow}


def main() -> None:
    writer, snapshot, out = WRITERS[sys.argv[1]], Path(sys.argv[2]).resolve(), Path(sys.argv[3])
    threads = int(sys.argv[4]) if len(sys.argv) > 4 else 2
    out.mkdir(parents=True)
    seconds, rows = {}, 0
    # A table is a directory of cities; whatever else a snapshot has is no part of the partitions.
    for table in sorted(path for path in snapshot.iterdir() if any(path.glob("city=*"))):
        count, write = writer(str(table), out / table.name, threads)
        begin = time.perf_counter()
        write()
        seconds[table.name] = time.perf_counter() - begin
        rows += count
        del write
    files = [path.stat().st_size for path in out.rglob("*.parquet")]
    report = {"seconds": sum(seconds.values()), "tables": seconds, "rows": rows, "files": len(files), "bytes": sum(files)}
    print(json.dumps(report))


if __name__ == "__main__":
    main()
