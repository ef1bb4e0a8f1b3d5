"""The table of all measurements: as text, as Markdown, as JSON."""

import statistics
import unicodedata
from dataclasses import asdict, dataclass, field

HEADER = ["what", "seconds", "documents/s", "MB/s", "peak MiB", "ratio", "target", "", "of what"]


@dataclass
class Row:
    """A measurement, or what two of them make."""

    what: str
    # Of every round.
    seconds: list[float] = field(default_factory=list)
    documents: int = 0
    bytes: int = 0
    peak: list[int] = field(default_factory=list)
    ratio: float | None = None
    # The most, or the least, that the ratio may be, in the ratio's unit.
    at_most: float | None = None
    at_least: float | None = None
    unit: str = "×"
    note: str = ""

    def median(self) -> float:
        return statistics.median(self.seconds)

    def reached(self) -> str:
        if self.ratio is None or (self.at_most is None and self.at_least is None):
            return ""
        reached = self.ratio <= self.at_most if self.at_most is not None else self.ratio >= self.at_least
        return "reached" if reached else "not reached"

    def cells(self) -> list[str]:
        seconds = rate = megabytes = peak = ratio = target = ""
        if self.seconds:
            median = self.median()
            spread = f" ({figure(min(self.seconds))}–{figure(max(self.seconds))})" if len(self.seconds) > 1 else ""
            seconds = figure(median) + spread
            rate = f"{self.documents / median:,.0f}" if self.documents else ""
            megabytes = f"{self.bytes / median / 1e6:,.1f}" if self.bytes else ""
        if self.peak:
            peak = f"{statistics.median(self.peak) / (1 << 20):,.0f}"
        if self.ratio is not None:
            ratio = f"{self.ratio:,.2f}{self.unit}"
        if self.at_most is not None:
            target = f"≤ {self.at_most:g}{self.unit}"
        if self.at_least is not None:
            target = f"≥ {self.at_least:g}{self.unit}"
        return [self.what, seconds, rate, megabytes, peak, ratio, target, self.reached(), self.note]


def figure(seconds: float) -> str:
    """Three digits that matter."""
    return f"{seconds:.4f}" if seconds < 0.1 else f"{seconds:.3f}" if seconds < 1 else f"{seconds:.2f}" if seconds < 10 else f"{seconds:.1f}"


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def text(rows: list[Row]) -> str:
    lines = [HEADER] + [row.cells() for row in rows]
    widths = [max(width(line[column]) for line in lines) for column in range(len(HEADER))]

    def aligned(line: list[str]) -> str:
        parts = []
        for column, cell in enumerate(line):
            space = " " * (widths[column] - width(cell))
            left = column in (0, 7, 8)
            parts.append(cell + space if left else space + cell)
        return "  ".join(parts).rstrip()

    drawn = [aligned(line) for line in lines]
    drawn.insert(1, "─" * max(map(width, drawn)))
    return "\n".join(drawn)


def markdown(rows: list[Row]) -> str:
    lines = ["| " + " | ".join(HEADER) + " |", "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- |"]
    for row in rows:
        cells = row.cells()
        cells[0] = "&emsp;" + cells[0].strip() if cells[0].startswith(" ") else f"**{cells[0]}**"
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def as_json(rows: list[Row]) -> list[dict]:
    return [asdict(row) | {"reached": row.reached()} for row in rows]
