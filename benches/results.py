"""What the measurements make: the rows of the table, with ratios and what they are to be."""

from measure import MIB, can_drop_caches
from readers import QUESTIONS
from session import WRITERS, Session
from table import Row, figure

# Seconds of a run, in the order in which they pass.
STAGES = ["crawl", "identify", "extract", "write", "compact", "publish"]


def rows(session: Session) -> list[Row]:
    return [*whole_runs(session), *peers(session), *nights(session), *readers(session), *statistics(session)]


def ratio(what: str, left: float, right: float, **target) -> Row:
    return Row(f"  {what}", ratio=left / right, **target)


def measured(session: Session, name: str, what: str, documents: int = 0, size: int = 0, note: str = "") -> Row:
    return Row(what, session.seconds[name], documents, size, session.peaks[name], note=note)


def stages(session: Session, name: str) -> str:
    known = [stage for stage in STAGES if f"seconds_{stage}" in session.told[name][0]]
    return ", ".join(f"{stage} {figure(session.median(name, f'seconds_{stage}'))}" for stage in known) + " s"


def whole_runs(session: Session) -> list[Row]:
    found = []
    for temperature in ("cold", "warm"):
        label = temperature if temperature == "warm" or can_drop_caches() else "page cache kept"
        for jobs in (1, 2):
            name, threads = f"whole {temperature} {jobs}", "thread" if jobs == 1 else "threads"
            what = f"whole run, {label}, {jobs} {threads}"
            found.append(measured(session, name, what, session.documents, session.bytes, stages(session, name)))
    cold = session.median("whole cold 2")
    script = session.median("script", "documents") / session.median("script")
    found += [
        ratio("cold, against DuckDB's COPY alone", cold, session.median("duckdb"), at_most=1.0),
        ratio("cold, against the floor", cold, session.median("floor"), at_most=3.0),
        ratio("cold, documents/s against the script's", session.documents / cold, script, at_least=50),
        ratio("warm, two threads against one", session.median("whole warm 1"), session.median("whole warm 2"), at_least=1.8),
        Row("  cold, peak memory", ratio=session.peak("whole cold 2") / MIB, unit=" MiB", at_most=512),
    ]
    if "seconds_compact" in session.told["whole cold 2"][0]:
        share = 100 * session.median("whole cold 2", "seconds_compact") / session.median("whole cold 2", "seconds")
        found.append(Row("  cold, the compact layout's share", ratio=share, unit=" %", at_most=10))
    return found


def peers(session: Session) -> list[Row]:
    floor = session.told["floor"][0]
    note = f"reads {floor['files_read']:,} files, writes {floor['files_written']:,} of {floor['bytes_written'] / 1e6:,.1f} MB, 2 threads, cold"
    found = [measured(session, "floor", "floor: read, hash, write, sync", session.documents, session.bytes, note)]
    for name in WRITERS:
        told = session.told[name][0]
        note = f"{told['rows']:,} rows to {told['files']:,} files of {told['bytes'] / 1e6:,.1f} MB; line_items alone {figure(told['tables']['line_items'])} s"
        found.append(measured(session, name, f"{name}: rows in memory to partitions", note=note))
    told = session.told["script"][0]
    note = f"{told['amounts']:,} amounts of {session.tabbed_amounts:,} in {told['documents']:,} disclosures with tabs, 2 processes"
    found.append(measured(session, "script", "script: pandas, regex, pyarrow", told["documents"], note=note))
    return found


def nights(session: Session) -> list[Row]:
    found = []
    for name in ("nothing new", "1 % new"):
        told = session.told[name][0]
        note = f"{told['new']:,} new files, {told['files_written']:,} files of Parquet written, {100 * told['bytes_written'] / told['bytes_published']:.1f} % of the bytes"
        found.append(measured(session, name, f"a night with {name}", note=note))
        found.append(ratio("against the whole run, warm", session.median(name), session.median("whole warm 2")))
    return found


def readers(session: Session) -> list[Row]:
    """The targets are for the published views, or for what they read where there are none."""
    found = []
    for question in QUESTIONS:
        names = [name for name in session.seconds if name.startswith(f"{question}: ")]
        ways = [name.removeprefix(f"{question}: ") for name in names]
        published = next((way for way in ("views", "compact", "partitions") if way in ways), None)
        for way in ways:
            name = f"{question}: {way}"
            found.append(measured(session, name, f"DuckDB, {question}, {way}"))
            if way != "plain":
                target = {"at_most": 1.5} if question == "full scan" and way == published else {}
                found.append(ratio("against one plain file", session.median(name), session.median(f"{question}: plain"), **target))
            if question == "one department" and way == published:
                milliseconds = 1000 * session.median(name)
                rows = session.told[name][0]["rows_of_department"]
                found.append(Row("  its milliseconds", ratio=milliseconds, unit=" ms", at_most=50, note=f"{rows:,} rows"))
    return found


def statistics(session: Session) -> list[Row]:
    if "stats" not in session.told:
        return []
    found = [measured(session, "stats", "statistics")]
    if session.documents == 10_000:
        found.append(Row("  their seconds", ratio=session.median("stats"), unit=" s", at_most=30))
        found.append(Row("  their peak memory", ratio=session.peak("stats") / MIB, unit=" MiB", at_most=1024))
    if "stats by DuckDB" in session.told:
        told = session.told["stats by DuckDB"][0]
        note = f"{len(told['datasets'])} datasets" + (f"; without {', '.join(told['missing'])}" if told["missing"] else "")
        found.append(measured(session, "stats by DuckDB", "DuckDB: the same SQL", note=note))
        found.append(ratio("statistics against DuckDB", session.median("stats"), session.median("stats by DuckDB"), at_most=1.0))
    return found
