"""Measures budgetlake and its peers side by side, in one session, on the same generated disclosures: `make bench`.

It goes in rounds. Each measures everything once, so that what the machine does beside it falls on all alike; the table has the medians. There
are as many rounds as asked for, or as fit into the time. What is measured, and how: docs/performance.md.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import table
from measure import BINARIES, ROOT, build, can_drop_caches, empty, machine
from results import rows
from session import WRITERS, Session


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000, help="disclosures to generate (default: 10000)")
    parser.add_argument("--seed", type=int, default=1, help="of the generator (default: 1)")
    parser.add_argument("--rounds", type=int, default=3, help="the most rounds (default: 3)")
    parser.add_argument("--minutes", type=float, default=22, help="begin no further round that would end after this (default: 22)")
    parser.add_argument("--cache", type=Path, default=ROOT / "target" / "bench", help="for the corpus and what is written (default: target/bench)")
    parser.add_argument("--out", type=Path, help="where to put bench.md and bench.json (default: the cache)")
    return parser.parse_args()


def steps(session: Session, has_stats: bool) -> list:
    """What a round does: what is said, and what is called."""
    runs = [(f"whole run, {'cold' if cold else 'warm'}, jobs {jobs}", session.whole, jobs, cold) for cold in (True, False) for jobs in (1, 2)]
    prepared = [] if session.plain.exists() else [("a plain file of the same rows", session.prepare)]
    writers = [(f"{name} writes", session.writer, name) for name in WRITERS]
    nights = [(f"a night with {name}", session.night, name, name != "nothing new") for name in ("nothing new", "1 % new")]
    stats = [("statistics", session.stats)] if has_stats else []
    others = [("script", session.script), *nights, ("readers", session.readers)]
    return [*runs, *prepared, ("floor", session.floor), *writers, *others, *stats]


def main() -> None:
    options = arguments()
    build()
    begin = time.monotonic()
    session = Session(options.cache, options.documents, options.seed)
    session.plain.unlink(missing_ok=True)
    commands = subprocess.run([BINARIES / "budgetlake", "--help"], capture_output=True, text=True, check=True).stdout
    about = machine() | {"documents": options.documents, "seed": options.seed, "bytes": session.bytes}
    if not can_drop_caches():
        print("The page cache is not dropped (only root may): what is called cold is not.", file=sys.stderr)
    longest = 0.0
    for number in range(1, options.rounds + 1):
        round_began = time.monotonic()
        for what, call, *values in steps(session, "\n  stats " in commands):
            print(f"round {number}: {what}", file=sys.stderr, flush=True)
            call(*values)
        longest = max(longest, time.monotonic() - round_began)
        about["rounds"] = number
        if time.monotonic() - begin + longest > 60 * options.minutes:
            break
    record = session.told["whole warm 2"][0]
    about |= {key: record[key] for key in ("line_items", "partitions", "files_written", "bytes_published")}
    for leftover in (session.warehouse, session.tabbed):
        empty(leftover)
    show(about, rows(session), options.out or options.cache)


def show(about: dict, found: list, out: Path) -> None:
    """Prints the table, and writes it to `out`."""
    heading = (
        f"{about['documents']:,} generated disclosures of {about['bytes'] / 1e6:,.1f} MB with {about['line_items']:,} amounts, in {about['partitions']:,} partitions: "
        f"{about['files_written']:,} files of {about['bytes_published'] / 1e6:,.1f} MB. {about['cores']} cores, {about['memory_gib']} GiB, load {about['load']} "
        f"at the start; page cache {about['page_cache']}. Medians of {about['rounds']} rounds (least–most). Commit {about['commit']}."
    )
    print(f"{heading}\n\n{table.text(found)}")
    out.mkdir(parents=True, exist_ok=True)
    (out / "bench.md").write_text(f"{heading}\n\n{table.markdown(found)}\n")
    (out / "bench.json").write_text(json.dumps({"about": about, "rows": table.as_json(found)}, ensure_ascii=False, indent=1) + "\n")
    print(f"\nWritten to {out}/bench.md and {out}/bench.json.", file=sys.stderr)


if __name__ == "__main__":
    main()
