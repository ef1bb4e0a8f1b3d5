"""The measurements of `make bench`, one method each, and what they found."""

import os
import shutil
import statistics
import sys
from collections import defaultdict
from pathlib import Path

from measure import BINARIES, PEERS, ROOT, child, corpus, empty, report, run, settle, size_of

READERS = ROOT / "benches" / "readers.py"
WRITERS = ["duckdb", "polars", "pyarrow"]
# What the script reads in a round: enough to tell its speed.
SCRIPT_DOCUMENTS = 1000


class Session:
    """Where everything is, and by the name of what was measured: the seconds of each round, the most memory, what else was told."""

    def __init__(self, cache: Path, documents: int, seed: int):
        self.cache, self.documents = cache.resolve(), documents
        self.few = max(1, round(documents / 100))
        self.input, self.aside = self.cache / "input", self.cache / "new"
        self.input.mkdir(parents=True, exist_ok=True)
        # What a session that was ended has left in the input.
        empty(self.input / "new")
        corpus(self.input / "old", self.cache / "old.made-by", documents, seed)
        corpus(self.aside, self.cache / "new.made-by", self.few, seed + 1)
        self.bytes = size_of(self.input)[1]
        self.warehouse, self.plain, self.tabbed = self.cache / "warehouse", self.cache / "plain.parquet", self.cache / "tabbed"
        self.seconds, self.peaks, self.told = defaultdict(list), defaultdict(list), {}

    @property
    def snapshot(self) -> Path:
        return (self.warehouse / "current").resolve()

    def take(self, name: str, seconds: float, peak: int = 0, told: dict | None = None) -> None:
        self.seconds[name].append(seconds)
        self.peaks[name] += [peak] if peak else []
        self.told.setdefault(name, []).append(told or {})

    def median(self, name: str, key: str | None = None) -> float:
        """Of the seconds, or of a figure that was told."""
        return statistics.median(self.seconds[name] if key is None else [told[key] for told in self.told[name]])

    def peak(self, name: str) -> float:
        return statistics.median(self.peaks[name])

    def whole(self, jobs: int, cold: bool) -> None:
        """A run from nothing to the published snapshot, which stays for what comes after."""
        empty(self.warehouse)
        settle(cold)
        took, record = run(self.input, self.warehouse, jobs)
        self.take(f"whole {'cold' if cold else 'warm'} {jobs}", took.seconds, took.peak, record)

    def prepare(self) -> None:
        """What is made of the first snapshot: the plain file, and a directory of the disclosures that the script can read."""
        child([sys.executable, READERS, "plain", self.snapshot, self.plain])
        found = report(child([sys.executable, READERS, "tabbed", self.snapshot, self.plain]))
        empty(self.tabbed).mkdir()
        for number, (path, _) in enumerate(found[:SCRIPT_DOCUMENTS]):
            os.link(self.input / path, self.tabbed / f"{number:05}-{Path(path).name}")
        self.tabbed_amounts = sum(amounts for _, amounts in found[:SCRIPT_DOCUMENTS])

    def floor(self) -> None:
        out = empty(self.cache / "floor")
        out.mkdir()
        settle(cold=True)
        took = child([BINARIES / "examples" / "floor", self.input, self.snapshot, out])
        self.take("floor", took.seconds, took.peak, report(took))
        empty(out)

    def writer(self, name: str) -> None:
        out = empty(self.cache / name)
        settle(cold=False)
        took = child([sys.executable, PEERS / "writers.py", name, self.snapshot, out])
        told = report(took)
        # The seconds that it wrote; not those of its start, nor those of loading the rows.
        self.take(name, told["seconds"], took.peak, told)
        empty(out)

    def script(self) -> None:
        out = empty(self.cache / "script")
        settle(cold=False)
        took = child([sys.executable, PEERS / "script.py", self.tabbed, out])
        self.take("script", took.seconds, 0, report(took))
        empty(out)

    def night(self, name: str, more: bool) -> None:
        """A run upon the snapshot that is there. It works on a copy, by links, so that the next night finds the same."""
        copy, new = empty(self.cache / "night"), self.input / "new"
        shutil.copytree(self.warehouse, copy, symlinks=True, copy_function=os.link)
        if more:
            self.aside.rename(new)
        try:
            settle(cold=False)
            took, record = run(self.input, copy, 2)
        finally:
            if more:
                new.rename(self.aside)
        self.take(name, took.seconds, took.peak, record)
        empty(copy)

    def readers(self) -> None:
        told = report(child([sys.executable, READERS, "ask", self.snapshot, self.plain]))
        for way, questions in told["seconds"].items():
            for question, seconds in questions.items():
                self.take(f"{question}: {way}", seconds, 0, told)

    def stats(self) -> None:
        """The statistical datasets, and the same SQL by DuckDB."""
        out = empty(self.cache / "stats")
        settle(cold=False)
        took = child([BINARIES / "budgetlake", "stats", self.warehouse, "--out", out])
        self.take("stats", took.seconds, took.peak)
        if (self.snapshot / "views.sql").exists():
            took = child([sys.executable, READERS, "stats", self.snapshot, out])
            told = report(took)
            if told["datasets"]:
                self.take("stats by DuckDB", told["seconds"], took.peak, told)
        empty(out)
