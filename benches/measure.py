"""What all measurements share: a corpus, the page cache, a child process and what it took."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BINARIES = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
PEERS = ROOT / "benches" / "peers"
MIB = 1 << 20
# A run that published is one, also where some files were rejected or checks failed.
PUBLISHED = (0, 3, 5)


@dataclass
class Took:
    """What a child process took."""

    seconds: float
    # Most memory that it held at any time, in bytes.
    peak: int
    # Most files that it had open at any time; 0 where nobody counted.
    open_files: int
    output: str


def child(command: list, codes: tuple = (0,), count_files: bool = False) -> Took:
    """Runs a program to its end. Its own memory is counted, not that of its children."""
    begin = time.perf_counter()
    # Files and not pipes: nobody reads while it runs.
    printed, errors = tempfile.TemporaryFile(), tempfile.TemporaryFile()
    process = subprocess.Popen([str(part) for part in command], stdout=printed, stderr=errors)
    most = 0
    while count_files:
        try:
            most = max(most, len(os.listdir(f"/proc/{process.pid}/fd")))
        except OSError:
            break
        if os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            break
        time.sleep(0.02)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    output, said = (file.seek(0) or file.read().decode(errors="replace") for file in (printed, errors))
    if process.returncode not in codes:
        sys.exit(f"{' '.join(map(str, command))}\nended with {process.returncode}:\n{said[-2000:]}{output[-2000:]}")
    return Took(seconds, usage.ru_maxrss * 1024, most, output)


def report(took: Took) -> dict:
    """The JSON that a peer prints on its last line."""
    return json.loads(took.output.splitlines()[-1])


def run(documents: Path, warehouse: Path, jobs: int, count_files: bool = False) -> tuple[Took, dict]:
    """A run of budgetlake, and its line in `runs/*.jsonl`."""
    before = set(warehouse.glob("runs/*.jsonl"))
    command = [BINARIES / "budgetlake", "run", documents, "--warehouse", warehouse, "--jobs", jobs]
    took = child(command, PUBLISHED, count_files)
    [record] = set(warehouse.glob("runs/*.jsonl")) - before
    return took, json.loads(record.read_text())


def settle(cold: bool) -> None:
    """Lets the disk finish what came before, so that nobody pays for somebody else; drops the page cache if asked to and allowed."""
    os.sync()
    if cold and can_drop_caches():
        Path("/proc/sys/vm/drop_caches").write_text("3\n")


def can_drop_caches() -> bool:
    return os.access("/proc/sys/vm/drop_caches", os.W_OK)


def empty(path: Path) -> Path:
    """The path of a directory that isn't there."""
    shutil.rmtree(path, ignore_errors=True)
    return path


def corpus(folder: Path, stamp: Path, documents: int, seed: int) -> None:
    """Generates disclosures, unless the same generator did so before: the stamp, a file elsewhere, tells."""
    generator = BINARIES / "budgetlake-synth"
    made_by = f"{hashlib.sha256(generator.read_bytes()).hexdigest()} {documents} {seed}"
    if not (stamp.exists() and stamp.read_text() == made_by):
        stamp.unlink(missing_ok=True)
        print(f"generating {documents:,} disclosures", file=sys.stderr, flush=True)
        child([generator, "--documents", documents, "--seed", seed, "--out", empty(folder)])
        stamp.write_text(made_by)


def build() -> None:
    """Builds what is measured."""
    for target in (["--bins"], ["--example", "floor"]):
        subprocess.run(["cargo", "build", "--quiet", "--release", *target], cwd=ROOT, check=True)


def size_of(folder: Path) -> tuple[int, int]:
    """Files below a directory, and their bytes."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return len(sizes), sum(sizes)


def machine() -> dict:
    """What is measured on, and how busy it is with other work."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False)
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(memory / (1 << 30)),
        "load": round(os.getloadavg()[0], 2),
        "page_cache": "dropped before what is cold" if can_drop_caches() else "NOT dropped: run as root for cold figures",
        "commit": commit.stdout.strip() or "unknown",
    }
