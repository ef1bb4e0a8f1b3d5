"""Recomputes every statistic from the generator's truth, by SQL of its own: stats.py SNAPSHOT STATS TRUTH

Called by tests/stats.rs. Any difference ends it with an assertion that shows both sides.
"""

import csv
import json
import sys
from decimal import Decimal
from pathlib import Path

import duckdb

snapshot, stats, truth = sys.argv[1:4]
db = duckdb.connect()


def rows(query):
    return [tuple(row) for row in db.execute(query).fetchall()]


def same(what, given, wanted):
    """Both are queries whose rows are the same, in whatever order."""
    given, wanted = set(rows(given)), set(rows(wanted))
    missing, strange = sorted(wanted - given, key=str), sorted(given - wanted, key=str)
    assert wanted, f"{what}: nothing to compare"
    assert not missing and not strange, f"{what}: {len(missing)} missing, {len(strange)} strange\n- " + "\n- ".join(map(str, missing[:5])) + "\n+ " + "\n+ ".join(
        map(str, strange[:5])
    )


def dataset(name):
    return f"read_parquet('{stats}/{name}.parquet')"


# What was generated, and which tables were found in it, empty ones among them.
db.execute(
    f"""CREATE TABLE generated AS
        SELECT g.document_id, d.path AS file, g.city, g.year, g.department, g.unit, g.scope, g.stage FROM '{truth}/*/documents.parquet' g
        JOIN read_parquet('{snapshot}/documents/**/*.parquet') d USING (document_id)"""
)
db.execute(
    f"""CREATE TABLE truth AS SELECT l.* EXCLUDE (stage), g.* EXCLUDE (document_id) FROM '{truth}/*/line_items.parquet' l JOIN generated g USING (document_id)"""
)
db.execute(
    f"""CREATE TABLE printed AS
        SELECT DISTINCT d.path AS file, t.form, g.city, g.year, g.department, g.unit, g.scope, g.stage,
          t.form NOT IN ('project_expenditure', 'project_carryover', 'performance_target', 'other') AS is_main
        FROM read_parquet('{snapshot}/tables/**/*.parquet') t
        JOIN read_parquet('{snapshot}/documents/**/*.parquet') d USING (document_id)
        JOIN (SELECT DISTINCT file, city, year, department, unit, scope, stage FROM truth) g ON g.file = d.path"""
)
# The rule in other words: no later file of the body prints the form, and no consolidated disclosure of the department stands above a unit's.
db.execute(
    """CREATE TABLE counts AS SELECT * FROM printed p
       WHERE NOT EXISTS (
         FROM printed later WHERE later.form = p.form AND later.file > p.file AND later.city = p.city AND later.year = p.year
           AND later.department = p.department AND later.unit = p.unit AND later.scope = p.scope AND later.stage = p.stage)
       AND (p.scope = 'department' OR NOT EXISTS (
         FROM printed d WHERE d.scope = 'department' AND d.city = p.city AND d.year = p.year AND d.department = p.department AND d.stage = p.stage
           AND (d.form = p.form OR (p.is_main AND d.is_main))))"""
)
db.execute(
    """CREATE TABLE amounts AS SELECT t.* FROM truth t
       JOIN counts c ON c.file = t.file AND c.form = CASE WHEN t.item = 'agency_operating' THEN 'three_public' ELSE t.form END"""
)
# Some provinces print economic accounts without their codes; a name that only one account of departments has tells it.
economic = Path(__file__).parent.parent / "config/economic.csv"
db.execute(
    f"""CREATE TABLE codes AS SELECT translate(name, '（）', '()') AS name, min(code) AS code FROM read_csv('{economic}', all_varchar = true)
        WHERE code[1] = '3' GROUP BY 1 HAVING count(*) = 1"""
)
db.execute(
    """UPDATE amounts SET account_code = (SELECT code FROM codes WHERE name = translate(account_name, '（）', '()'))
       WHERE account_code IS NULL AND form = 'basic_expenditure' AND row_kind = 'item'"""
)
(bodies, superseded, units) = rows(
    """SELECT count(DISTINCT file), (SELECT count(DISTINCT file) FROM printed) - (SELECT count(DISTINCT file) FROM counts),
       count(DISTINCT file) FILTER (scope = 'unit') FROM counts"""
)[0]
assert bodies > 60 and superseded > 20 and units > 5, (bodies, superseded, units)

# Which sum of the truth a column of department_year is: a form, a side, an item and measures.
WHOLE = "('total', 'amount', 'final')"
LINES = {
    "revenue_total": ("summary", "revenue_total", WHOLE),
    "expenditure_total": ("summary", "expenditure_total", WHOLE),
    "general_public_budget": ("summary", "general_public_budget", WHOLE),
    "government_fund": ("summary", "government_fund", WHOLE),
    "fiscal_special_account": ("summary", "fiscal_special_account", WHOLE),
    "unit_funds": ("summary", "unit_funds", WHOLE),
    "institutional": ("summary", "institutional", WHOLE),
    "other_revenue": ("summary", "other", WHOLE),
    "prior_year_carryover": ("summary", "prior_year_carryover", WHOLE),
    "revenue_current": ("revenue", "total", WHOLE),
    "expenditure_current": ("expenditure", "total", WHOLE),
    "basic_expenditure": ("expenditure", "total", "('basic')"),
    "project_expenditure": ("expenditure", "total", "('project')"),
    "general_public_expenditure": ("general_public_expenditure", "total", WHOLE),
    "three_public_total": ("three_public", "three_public_total", WHOLE),
    "three_public_overseas": ("three_public", "overseas", WHOLE),
    "three_public_reception": ("three_public", "reception", WHOLE),
    "three_public_vehicle": ("three_public", "vehicle", WHOLE),
    "three_public_vehicle_operation": ("three_public", "vehicle_operation", WHOLE),
}
KEY = "city, year, department, stage"
for column, (form, item, measures) in LINES.items():
    same(
        f"department_year.{column}",
        f"SELECT {KEY}, {column} FROM {dataset('department_year')} WHERE {column} IS NOT NULL",
        f"SELECT {KEY}, sum(amount) FROM amounts WHERE form = '{form}' AND item = '{item}' AND measure IN {measures} GROUP BY {KEY}",
    )
for column, item, measure in [("personnel_expenditure", "personnel_total", "personnel"), ("operating_expenditure", "operating_total", "operating")]:
    same(
        f"department_year.{column}",
        f"SELECT {KEY}, {column} FROM {dataset('department_year')} WHERE {column} IS NOT NULL",
        f"""SELECT {KEY}, sum(amount) FROM amounts WHERE form = 'basic_expenditure'
            AND (item = '{item}' OR (item = 'total' AND measure = '{measure}')) GROUP BY {KEY}""",
    )
# Where a form prints them; elsewhere the narrative may.
for column, condition in {
    "agency_operating": "(form = 'agency_operating' AND row_kind = 'total' AND measure = 'total') OR item IN ('agency_operating', 'operating_administrative')",
    "procurement_total": "item = 'procurement_total'",
    "procurement_goods": "item = 'procurement_goods'",
    "procurement_services": "item = 'procurement_services'",
}.items():
    wanted = f"SELECT {KEY}, sum(amount) FROM amounts WHERE {condition} GROUP BY {KEY}"
    given = f"SELECT {KEY}, {column} FROM {dataset('department_year')} SEMI JOIN ({wanted}) USING ({KEY})"
    same(f"department_year.{column}", given, wanted)
same(
    "department_year: its rows",
    f"SELECT {KEY}, basis, disclosures, bodies FROM {dataset('department_year')}",
    f"""SELECT {KEY}, min(CASE scope WHEN 'department' THEN 'department' ELSE 'units' END), count(DISTINCT file), count(DISTINCT unit)
        FROM counts GROUP BY {KEY}""",
)
same(
    "department_year.projects",
    f"SELECT {KEY}, projects FROM {dataset('department_year')} WHERE stage = 'budget' AND projects > 0",
    f"""SELECT {KEY}, count(DISTINCT (unit, project_name)) FROM amounts
        WHERE row_kind = 'item' AND form IN ('project_expenditure', 'performance_target') GROUP BY {KEY}""",
)

# What no generated disclosure prints is null, not 0.
for column in ["state_capital", "superior_subsidy", "business", "affiliated_remittance", "three_public_vehicle_purchase"]:
    invented = rows(f"SELECT {KEY}, {column} FROM {dataset('department_year')} WHERE {column} IS NOT NULL")
    assert not invented, (column, invented[:3])
# Counts that are stated: of a body the total, in a table before the narrative, or else the sum of its kinds.
for column, fact in [("vehicles", "vehicles_total"), ("staff_quota", "staff_quota"), ("staff_actual", "staff_actual")]:
    stated = f"""SELECT {KEY}, unit, coalesce(max(value) FILTER (subject IS NULL AND table_no IS NOT NULL), max(value) FILTER (subject IS NULL),
          sum(value) FILTER (subject IS NOT NULL)) AS value
        FROM (SELECT document_id, fact, subject, value, table_no FROM '{truth}/*/facts.parquet') JOIN generated USING (document_id)
        JOIN (SELECT DISTINCT file FROM counts) USING (file) WHERE fact = '{fact}' GROUP BY {KEY}, unit"""
    given = f"SELECT {KEY}, {column} FROM {dataset('department_year')} WHERE {column} IS NOT NULL"
    if rows(f"FROM ({stated})"):
        same(f"department_year.{column}", given, f"SELECT {KEY}, sum(value)::BIGINT FROM ({stated}) GROUP BY {KEY}")
    else:
        assert not rows(given), column

# By function and by economic class: every level for itself, with shares and changes.
for name, form, extra, total in [
    ("function_year", "expenditure", "", "item = 'total'"),
    ("economic_year", "basic_expenditure", "AND classification = 'economic_department'", "row_kind = 'item' AND length(account_code) = 3"),
]:
    db.execute(
        f"""CREATE OR REPLACE TABLE sums AS SELECT city, year, stage, account_code, sum(amount) AS amount FROM amounts
            WHERE form = '{form}' AND row_kind = 'item' AND measure IN {WHOLE} AND account_code IS NOT NULL GROUP BY ALL"""
    )
    db.execute(
        f"""CREATE OR REPLACE TABLE totals AS SELECT city, year, stage, sum(amount) AS total FROM amounts
            WHERE form = '{form}' AND {total} AND measure IN {WHOLE} GROUP BY ALL"""
    )
    same(
        name,
        f"SELECT city, year, stage, account_code, amount, previous_amount, change FROM {dataset(name)} WHERE amount IS NOT NULL {extra}",
        """SELECT s.city, s.year, s.stage, s.account_code, s.amount, b.amount, s.amount - b.amount FROM sums s
           LEFT JOIN sums b ON b.city = s.city AND b.year = s.year - 1 AND b.stage = s.stage AND b.account_code = s.account_code""",
    )
    given = {row[:4]: row[4:] for row in rows(f"SELECT city, year, stage, account_code, share_percent, change_percent, change, previous_amount FROM {dataset(name)}")}
    for city, year, stage, code, amount, total in rows("SELECT city, year, stage, account_code, amount, total FROM sums JOIN totals USING (city, year, stage)"):
        share, change_percent, change, previous = given[(city, year, stage, code)]
        assert abs(share - amount * 100 / total) <= Decimal("0.00005"), (name, code, share, amount, total)
        assert (change_percent is None) == (not previous), (name, code, change_percent, previous)
        assert not previous or abs(change_percent - change * 100 / previous) <= Decimal("0.00005"), (name, code)
same(
    "function_year.general_public_amount",
    f"SELECT city, year, stage, account_code, general_public_amount FROM {dataset('function_year')} WHERE general_public_amount IS NOT NULL",
    f"""SELECT city, year, stage, account_code, sum(amount) FROM amounts WHERE form = 'general_public_expenditure' AND row_kind = 'item'
        AND measure IN {WHOLE} GROUP BY ALL""",
)

# Budget and final account of the same bodies.
db.execute(
    f"""CREATE TABLE totals_of_bodies AS
        SELECT city, year, department, unit, scope, stage, form, measure, sum(amount) AS amount FROM amounts
        WHERE form IN ('revenue', 'expenditure') AND item = 'total' AND measure IN ('total', 'basic', 'project') GROUP BY ALL"""
)


def of_bodies(form, measure, column):
    return f"""SELECT b.city, b.year, b.department, sum(b.amount), sum(f.amount) FROM totals_of_bodies b
        JOIN totals_of_bodies f USING (city, year, department, unit, scope, form, measure)
        WHERE b.stage = 'budget' AND f.stage = 'final_account' AND form = '{form}' AND measure = '{measure}' GROUP BY ALL"""


for form, measure, column in [("revenue", "total", "revenue"), ("expenditure", "total", "expenditure"), ("expenditure", "basic", "basic"), ("expenditure", "project", "project")]:
    same(
        f"execution: {column}",
        f"SELECT city, year, department, budgeted_{column}, final_{column} FROM {dataset('execution')} WHERE budgeted_{column} IS NOT NULL",
        of_bodies(form, measure, column),
    )
for budgeted, final, rate, deviation in rows(f"SELECT budgeted_expenditure, final_expenditure, execution_percent, deviation_percent FROM {dataset('execution')}"):
    assert abs(rate - final * 100 / budgeted) <= Decimal("0.00005") and abs(deviation - (rate - 100)) <= Decimal("0.0001"), (budgeted, final, rate)

same(
    "three_public_year",
    f"SELECT city, year, stage, item, amount, planned FROM {dataset('three_public_year')}",
    f"""SELECT city, year, stage, item, sum(amount) FILTER (measure IN {WHOLE}), sum(amount) FILTER (measure = 'budget')
        FROM amounts WHERE form = 'three_public' GROUP BY ALL""",
)
same(
    "projects_year",
    f"SELECT city, year, department, project_name, entries, budget FROM {dataset('projects_year')} WHERE stage = 'budget' AND project = project_name",
    """WITH listed AS (
         SELECT *, CASE form WHEN 'project_expenditure' THEN 1 ELSE 2 END AS preference FROM amounts
         WHERE form = 'project_expenditure' AND measure = 'total' AND row_kind = 'item'
            OR form = 'performance_target' AND item = 'funding_total' AND measure = 'annual')
       SELECT city, year, department, project_name, count(*), sum(amount)
       FROM (SELECT *, min(preference) OVER (PARTITION BY city, year, department, unit) AS preferred FROM listed)
       WHERE preference = preferred GROUP BY ALL""",
)
same(
    "coverage",
    f"SELECT {KEY}, disclosures, of_department, of_units, counted FROM {dataset('coverage')} WHERE city IS NOT NULL",
    f"""SELECT {KEY}, count(DISTINCT file), count(DISTINCT file) FILTER (scope = 'department'), count(DISTINCT file) FILTER (scope = 'unit'),
        count(DISTINCT c.file) FROM printed LEFT JOIN (SELECT DISTINCT file FROM counts) c USING (file) GROUP BY {KEY}""".replace("count(DISTINCT file)", "count(DISTINCT printed.file)"),
)
same(
    "quality",
    f"SELECT city, rule, passed, failed, passed + failed FROM {dataset('quality')} WHERE passed + failed > 0",
    f"""SELECT city, rule, count(*) FILTER (status = 'pass'), count(*) FILTER (status = 'fail'), count(*)
        FROM read_parquet('{snapshot}/checks/**/*.parquet', hive_partitioning = true) WHERE status IN ('pass', 'fail') GROUP BY ALL""",
)
same(
    "indicator_catalogue",
    f"SELECT indicator_name, dimension, category, target_unit, uses, smallest_target, largest_target FROM {dataset('indicator_catalogue')}",
    f"""SELECT indicator_name, dimension, category, target_unit, count(DISTINCT (file, project_name)), min(target_value),
        max(target_value) FROM '{truth}/*/indicators.parquet' JOIN (SELECT document_id, file FROM generated) USING (document_id)
        JOIN counts USING (file) WHERE form IN ('performance_target', 'performance_self_evaluation') GROUP BY ALL""",
)

# Self-evaluations: every one in a disclosure that counts.
same(
    "performance_scores",
    f"""SELECT city, year, department, projects, scored, lowest_score, highest_score, excellent, good, medium, poor
        FROM {dataset('performance_scores')}""",
    f"""SELECT city, year, department, count(*), count(total_score), min(total_score), max(total_score), count(*) FILTER (grade = '优'),
        count(*) FILTER (grade = '良'), count(*) FILTER (grade = '中'), count(*) FILTER (grade = '差')
        FROM (SELECT document_id, form, total_score, grade FROM '{truth}/*/projects.parquet') JOIN generated USING (document_id)
        JOIN (SELECT file, form FROM counts) USING (file, form) WHERE form = 'performance_self_evaluation' GROUP BY city, year, department""",
)
same(
    "performance_scores: funding",
    f"SELECT city, year, department, budget, executed FROM {dataset('performance_scores')}",
    """SELECT city, year, department, sum(amount) FILTER (measure = 'annual_budget'), sum(amount) FILTER (measure = 'executed') FROM amounts
       WHERE form = 'performance_self_evaluation' AND item = 'funding_total' GROUP BY city, year, department""",
)
for mean, total, scored in rows(
    f"""SELECT s.average_score, t.total, t.scored FROM {dataset('performance_scores')} s JOIN (
          SELECT city, year, department, sum(total_score) AS total, count(total_score) AS scored
          FROM (SELECT document_id, form, total_score FROM '{truth}/*/projects.parquet') JOIN generated USING (document_id)
          JOIN (SELECT file, form FROM counts) USING (file, form) GROUP BY ALL) t USING (city, year, department)"""
):
    assert abs(mean - total / scored) <= Decimal("0.00005"), (mean, total, scored)

# The same SQL gives the same in DuckDB, column by column.
db.execute(f"SET VARIABLE snapshot = '{snapshot}'")
db.execute(Path(snapshot, "views.sql").read_text(encoding="utf-8"))
for path in sorted(Path(__file__).parent.parent.glob("src/stats/sql/*.sql")):
    query = path.read_text(encoding="utf-8")
    of_query = {name for name, *_ in db.execute(f"DESCRIBE {query}").fetchall()}
    columns = [name for name, *_ in db.execute(f"DESCRIBE FROM {dataset(path.stem)}").fetchall() if name in of_query]
    both = ", ".join(columns)
    given, wanted = (sorted(rows(f"SELECT {both} FROM {source}"), key=str) for source in (dataset(path.stem), f"({query})"))
    assert given == wanted, f"{path.stem}: DuckDB differs:\n{[row for row in wanted if row not in given][:3]}\n{[row for row in given if row not in wanted][:3]}"

# The CSV holds what the Parquet holds, and the description describes both.
package = json.loads(Path(stats, "datapackage.json").read_text(encoding="utf-8"))
assert len(package["resources"]) == 20, package["resources"]
for resource in package["resources"]:
    path = Path(stats, resource["path"])
    assert path.stat().st_size == resource["bytes"], resource
    fields = [field["name"] for field in resource["schema"]["fields"]]
    parquet = dataset(path.stem)
    assert [name for name, *_ in db.execute(f"DESCRIBE FROM {parquet}").fetchall()] == fields
    if resource["format"] == "csv":
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        with open(path, encoding="utf-8-sig", newline="") as lines:
            header, *read = csv.reader(lines)
        assert header == fields
        in_parquet = [tuple("" if value is None else str(value) for value in row) for row in rows(f"FROM {parquet}")]
        assert [tuple(row) for row in read] == in_parquet, path
        assert not any("nan" in cell.lower() or "inf" == cell.lower() for row in read for cell in row[5:] if cell[:1] in "-0123456789ni")
