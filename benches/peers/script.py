"""What one would write instead: pandas, regular expressions, pyarrow and a pool of processes.

    script.py INPUT OUT [PROCESSES]

Reads the money forms of disclosures whose tables have tabs, and nothing else: no other layout, no narrative, no indicators, no checks, no
provenance, money as floats. Writes them partitioned by city, year and department, and prints what it found as JSON. It is tuned as far as
a patient user would: compiled expressions, columns of many files at once, one write at the end.
"""

import json
import multiprocessing
import re
import sys
import time
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds

FORMS = [
    (re.compile(pattern), form)
    for pattern, form in [
        (r"财政拨款.*收支总表|财政拨款收入支出.*总表", "appropriation_summary"),
        (r"收支总表|收入支出.*总表", "summary"),
        (r"政府性基金.*收入表", "government_fund_revenue"),
        (r"政府性基金.*支出表|政府性基金", "government_fund_expenditure"),
        (r"国有资本经营", "state_capital"),
        (r"三公", "three_public"),
        (r"基本支出", "basic_expenditure"),
        (r"一般公共预算.*支出", "general_public_expenditure"),
        (r"项目支出.*表", "project_expenditure"),
        (r"机关运行经费", "agency_operating"),
        (r"收入(预算总|决算|总)表", "revenue"),
        (r"支出(预算总|决算|总)表", "expenditure"),
    ]
]
UNITS = {"元": 1, "万元": 10_000, "亿元": 100_000_000}
UNIT = re.compile(r"单位[：:]\s*(?:人民币)?(亿元|万元|元)")
MONEY = r"[-－△]?\d{1,3}(?:,\d{3})*(?:\.\d+)?|[-－△]?\d+\.\d+"
CODE = re.compile(r"\d{3,7}")
NUMBERING = re.compile(r"^\s*(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.、])")
TITLE = re.compile(r"(20\d\d)\s*年(?:度)?.{0,12}?(预算|决算)")
CHUNK = 32  # files that are one data frame
CITY = re.compile(r"([\u4e00-\u9fff]{2,4}?市)")
NO_LABELS = re.compile(r"项目|科目|名称|编码|代码|行次|栏次|序号|单位")


def decode(raw: bytes) -> str:
    """The text of a file: UTF-16 by its mark, else UTF-8, else GB18030."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")


def identity(lines: list[str]) -> dict:
    """Whose disclosure it is, from its first lines."""
    head = [line.strip("# *\t") for line in lines[:40] if line.strip()]
    year, stage = next((found.groups() for line in head if (found := TITLE.search(line))), (None, None))
    city = next((found[1] for line in head if (found := CITY.search(line))), None)
    named = (re.sub(r"20\d\d\s*年.*$", "", line).strip() for line in head)
    department = next((name for name in named if 4 <= len(name) <= 40 and "目" not in name), None)
    return {"city": city, "year": year, "department": department, "stage": {"预算": "budget", "决算": "final_account"}.get(stage)}


def tables(lines: list[str]):
    """Runs of lines with tabs, each with the lines above it."""
    above, rows = [], []
    for line in lines:
        if "\t" in line:
            rows.append(line)
        elif line.strip():
            if rows:
                yield above, rows
                above, rows = [], []
            above = above[-7:] + [line.strip()]
    if rows:
        yield above, rows


def cells(lines: list[str], table_no: int):
    """The cells of the tables whose titles are the forms', and what is known of each table."""
    texts, known = [], []
    for above, rows in tables(lines):
        form = next((form for line in reversed(above) for pattern, form in FORMS if "表" in line and pattern.search(line)), None)
        unit = UNIT.findall(" ".join(above))
        if form is None or not unit or len(rows) < 3:
            continue
        number = table_no + len(known)
        known.append((number, form, unit[-1]))
        texts.extend((number, row_no, column, text.strip()) for row_no, row in enumerate(rows) for column, text in enumerate(row.split("\t")))
    return texts, known


def columns(table: pd.DataFrame) -> pd.DataFrame:
    """Of each column with amounts, the columns in which their codes and names stand: the nearest on the left that hold such."""
    found, table_no = [], None
    for (number, column), kind in zip(table.index, table.itertuples()):
        if number != table_no:
            table_no, codes, names = number, -1, -1
        if kind.exact and not NO_LABELS.fullmatch(kind.header.rsplit("/")[-1]):
            if names >= 0:
                found.append((number, column, codes, names, kind.header))
        elif kind.code:
            codes = column
        elif kind.label:
            names = column
    return pd.DataFrame(found, columns=["table", "column", "code_column", "name_column", "column_header"])


def amounts(paths: list[Path]) -> pd.DataFrame:
    """The amounts of several files, one a row."""
    texts, known, bodies = [], [], []
    for path in paths:
        lines = decode(path.read_bytes()).splitlines()
        more, about = cells(lines, len(known))
        texts += more
        known += about
        bodies += [{"path": path.name, **identity(lines)}] * len(about)
    cell = pd.DataFrame(texts, columns=["table", "row", "column", "text"])
    cell["money"] = cell["text"].str.fullmatch(MONEY)
    cell["exact"] = cell["money"] & cell["text"].str.contains(".", regex=False)
    first = cell[cell["exact"]].groupby("table")["row"].min()
    cell["first"] = cell["table"].map(first)
    above, body = cell[cell["row"] < cell["first"]], cell[cell["row"] >= cell["first"]]
    header = above["text"].where(above["text"] != "").groupby([above["table"], above["row"]]).ffill().fillna("")
    header = header.groupby([above["table"], above["column"]]).agg("/".join).rename("header")
    code = body["text"].str.fullmatch(CODE)
    kinds = body.assign(code=code, label=~body["text"].str.fullmatch(r"\d*") & ~body["money"])
    kinds = kinds.groupby(["table", "column"])[["exact", "code", "label"]].any().join(header).fillna({"header": ""})
    texts_at = body[["table", "row", "column", "text"]]
    found = body[body["money"]].merge(columns(kinds), on=["table", "column"])
    for kind in ["code", "name"]:
        at = texts_at.rename(columns={"column": f"{kind}_column", "text": f"account_{kind}"})
        found = found.merge(at, how="left", on=["table", "row", f"{kind}_column"])
    found = found.merge(pd.DataFrame(known, columns=["table", "form", "money_unit"]), on="table")
    found = found.join(pd.DataFrame(bodies), on="table")
    plain = found["text"].str.replace(",", "").str.replace("[－△]", "-", regex=True).astype(float)
    found["amount"] = (plain * found["money_unit"].map(UNITS)).round(2)
    found["account_name"] = found["account_name"].str.replace(NUMBERING, "", regex=True)
    return found.drop(columns=["money", "exact", "first", "code_column", "name_column"]).rename(columns={"text": "amount_text"})


def main() -> None:
    begin = time.perf_counter()
    paths = sorted(path for path in Path(sys.argv[1]).rglob("*") if path.is_file())
    processes = int(sys.argv[3]) if len(sys.argv) > 3 else 2
    with multiprocessing.Pool(processes) as pool:
        frames = list(pool.imap_unordered(amounts, (paths[at : at + CHUNK] for at in range(0, len(paths), CHUNK))))
    rows = pd.concat(frames, ignore_index=True).sort_values(["city", "year", "department", "path"])
    keys = pa.schema([("city", pa.string()), ("year", pa.string()), ("department", pa.string())])
    partitions = ds.HivePartitioning(keys, segment_encoding="none")
    table = pa.Table.from_pandas(rows, preserve_index=False)
    ds.write_dataset(table, sys.argv[2], format="parquet", partitioning=partitions, max_partitions=1 << 20)
    print(json.dumps({"seconds": time.perf_counter() - begin, "documents": len(paths), "amounts": len(rows)}))


if __name__ == "__main__":
    main()
