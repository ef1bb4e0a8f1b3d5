"""Measures how a run grows with its input, and draws it: time, peak memory and open files over the number of disclosures.

Time has to be linear within 10 %, peak memory of the largest within 1.25 times that of the one before it. 100,000 disclosures are 4.5 GB of
input, some 35 GB more while they are read, and ten minutes.
"""

import argparse
import json
import os
import statistics
import sys
from pathlib import Path

from measure import MIB, ROOT, build, corpus, empty, machine, run, settle, size_of

LINEAR = 0.10
FLAT = 1.25


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, nargs="+", default=[1_000, 10_000, 100_000], help="disclosures (default: 1000 10000 100000)")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each but the largest, of which the median counts (default: 3)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="threads (default: one for each processor)")
    parser.add_argument("--seed", type=int, default=1, help="of the generator (default: 1)")
    parser.add_argument("--cache", type=Path, default=ROOT / "target" / "bench", help="for the corpora and warehouses (default: target/bench)")
    parser.add_argument("--out", type=Path, help="where to put growth.json (default: the cache)")
    parser.add_argument("--plot", type=Path, default=ROOT / "docs" / "growth.svg", help="the drawing (default: docs/growth.svg)")
    parser.add_argument("--only-plot", action="store_true", help="draw growth.json as it is")
    return parser.parse_args()


def measure(documents: int, options: argparse.Namespace, repeat: int) -> dict:
    """Runs over so many disclosures, from nothing, with the page cache as it is."""
    folder, warehouse = options.cache / f"growth-{documents}", options.cache / "growth-warehouse"
    folder.parent.mkdir(parents=True, exist_ok=True)
    corpus(folder, folder.with_suffix(".made-by"), documents, options.seed)
    taken = []
    for _ in range(repeat):
        empty(warehouse)
        settle(cold=False)
        taken.append(run(folder, warehouse, options.jobs, count_files=True))
        print(f"{documents:,}: {taken[-1][0].seconds:.2f} s, {taken[-1][0].peak / MIB:.0f} MiB", file=sys.stderr, flush=True)
    empty(warehouse)
    return {
        "documents": documents,
        "bytes": size_of(folder)[1],
        "partitions": taken[0][1]["partitions"],
        "bytes_published": taken[0][1]["bytes_published"],
        "seconds": statistics.median(took.seconds for took, _ in taken),
        "peak": max(took.peak for took, _ in taken),
        "open_files": max(took.open_files for took, _ in taken),
    }


def verdicts(points: list[dict]) -> list[tuple[str, bool]]:
    """What each step from one size to the next says of growth."""
    said = []
    for small, large in zip(points, points[1:]):
        step = f"{small['documents']:,} → {large['documents']:,}"
        per_document = (large["seconds"] / large["documents"]) / (small["seconds"] / small["documents"])
        said.append((f"{step}: time for a disclosure {per_document:.2f}× (at most {1 + LINEAR:g}×)", per_document <= 1 + LINEAR))
        memory = large["peak"] / small["peak"]
        # Below the last step, memory grows to what the shards are allowed to hold.
        flat = (memory <= FLAT) if large is points[-1] else True
        said.append((f"{step}: peak memory {memory:.2f}×" + (f" (at most {FLAT}×)" if large is points[-1] else ""), flat))
    return said


def draw(points: list[dict], file: Path) -> None:
    """Two drawings beside each other, the same bytes for the same figures."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "budgetlake", "svg.fonttype": "none", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False})
    from matplotlib import pyplot

    figure, (time, memory) = pyplot.subplots(1, 2, figsize=(8.4, 3.2), layout="constrained")
    documents = [point["documents"] for point in points]
    middle = points[len(points) // 2]
    linear = [middle["seconds"] * count / middle["documents"] for count in documents]
    time.plot(documents, linear, color="#999999", linewidth=1, linestyle="--", label="linear")
    time.plot(documents, [point["seconds"] for point in points], color="#1f5fa8", marker="o", label="seconds")
    time.set(xscale="log", yscale="log", xlabel="disclosures", title="Time of a whole run, seconds")
    peaks = [point["peak"] / MIB for point in points]
    memory.axhline(512, color="#999999", linewidth=1, linestyle="--", label="512 MiB")
    memory.plot(documents, peaks, color="#a8431f", marker="o", label="peak memory, MiB")
    memory.plot(documents, [point["open_files"] for point in points], color="#2f7d4f", marker="s", label="open files")
    memory.set(xscale="log", xlabel="disclosures", title="Peak memory and open files", ylim=(0, max(600, 1.1 * max(peaks))))
    for axes in (time, memory):
        axes.set_xticks(documents, [f"{count:,}" for count in documents])
        axes.minorticks_off()
        axes.grid(color="#eeeeee")
        axes.legend(frameon=False)
    for axes, values, form in ((time, [point["seconds"] for point in points], "{:,.1f}"), (memory, peaks, "{:,.0f}")):
        for count, value in zip(documents, values):
            axes.annotate(form.format(value), (count, value), textcoords="offset points", xytext=(0, 6), ha="center")
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, metadata={"Date": None, "Creator": None})
    # The writer leaves spaces at the ends of lines.
    file.write_text("\n".join(line.rstrip() for line in file.read_text().splitlines()) + "\n")


def main() -> None:
    options = arguments()
    file = (options.out or options.cache) / "growth.json"
    if not options.only_plot:
        build()
        sizes = sorted(options.documents)
        about = machine()
        points = [measure(size, options, 1 if size == sizes[-1] and size > 50_000 else options.repeat) for size in sizes]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"about": about, "points": points}, indent=1) + "\n")
    points = json.loads(file.read_text())["points"]
    print("disclosures  input MB  Parquet MB  partitions  seconds  documents/s  peak MiB  open files")
    for point in points:
        rate = point["documents"] / point["seconds"]
        print(
            f"{point['documents']:>11,}  {point['bytes'] / 1e6:>8,.1f}  {point['bytes_published'] / 1e6:>10,.1f}  {point['partitions']:>10,}"
            f"  {point['seconds']:>7,.1f}  {rate:>11,.0f}  {point['peak'] / MIB:>8,.0f}  {point['open_files']:>10,}"
        )
    for verdict, reached in verdicts(points):
        print(f"{verdict}: {'reached' if reached else 'NOT reached'}")
    draw(points, options.plot)
    print(f"Drawn to {options.plot}", file=sys.stderr)


if __name__ == "__main__":
    main()
