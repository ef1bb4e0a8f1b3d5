-- Projects of bodies whose disclosures count, each once: from the first of the forms `project_expenditure`, `performance_target`, `performance_self_evaluation`, `project_carryover` that the body prints for the stage.
--   document_id        The disclosure.
--   project_no         The project's number in it.
--   city               City of the body.
--   year               Fiscal year.
--   department         The department (主管部门).
--   district           District or county, where the body is one's.
--   unit               The body whose disclosure it is.
--   basis              Whose figures stand for the department, as in `counted_tables`.
--   stage              `budget` or `final_account`.
--   form               The form that the project is taken from.
--   project_name       Its name, cleaned.
--   implementing_unit  The unit that carries it out, where the form says.
--   budget             What is planned for the year, yuan: the amount of the project table, 年度资金总额, or 全年预算数 of a self-evaluation.
--   executed           What was spent (全年执行数), yuan; null but in self-evaluations.
--   execution_rate     执行率 as printed, percent.
--   total_score        总分 of the self-evaluation.
--   grade              Its grade.
WITH listed AS (
  SELECT p.document_id, p.project_no, p.table_no, p.row_no, c.city, c.year, c.department, COALESCE(c.district, '') AS district_key, c.unit, c.basis, c.stage,
    p.form, p.project_name, p.implementing_unit, p.execution_rate, p.total_score, p.grade,
    CASE WHEN p.form = 'project_expenditure' THEN 1 WHEN p.form = 'performance_target' THEN 2 WHEN p.form = 'performance_self_evaluation' THEN 3 ELSE 4 END
      AS preference
  FROM projects AS p
  INNER JOIN counted_tables AS c ON p.document_id = c.document_id AND p.table_no = c.table_no
),
preferred AS (
  SELECT city, year, department, district_key, unit, basis, stage, MIN(preference) AS preference
  FROM listed
  GROUP BY city, year, department, district_key, unit, basis, stage
),
amounts AS (
  SELECT document_id, table_no, CASE WHEN form IN ('project_expenditure', 'project_carryover') THEN row_no ELSE 0 END AS row_key,
    MAX(CASE WHEN (form IN ('project_expenditure', 'project_carryover') AND is_whole)
        OR (form = 'performance_target' AND item = 'funding_total' AND measure = 'annual')
        OR (form = 'performance_self_evaluation' AND item = 'funding_total' AND measure = 'annual_budget') THEN amount END) AS budget,
    MAX(CASE WHEN form = 'performance_self_evaluation' AND item = 'funding_total' AND measure = 'executed' THEN amount END) AS executed
  FROM counted_amounts
  WHERE form IN ('project_expenditure', 'project_carryover', 'performance_target', 'performance_self_evaluation')
  GROUP BY document_id, table_no, CASE WHEN form IN ('project_expenditure', 'project_carryover') THEN row_no ELSE 0 END
)
SELECT l.document_id, l.project_no, l.city, l.year, l.department, NULLIF(l.district_key, '') AS district, l.unit, l.basis, l.stage, l.form, l.project_name,
  l.implementing_unit, a.budget, a.executed, l.execution_rate, l.total_score, l.grade
FROM (SELECT *, CASE WHEN form IN ('project_expenditure', 'project_carryover') THEN row_no ELSE 0 END AS row_key FROM listed) AS l
INNER JOIN preferred AS p
  ON l.city = p.city AND l.year = p.year AND l.department = p.department AND l.district_key = p.district_key AND l.unit = p.unit AND l.basis = p.basis
  AND l.stage = p.stage AND l.preference = p.preference
LEFT JOIN amounts AS a ON l.document_id = a.document_id AND l.table_no = a.table_no AND l.row_key = a.row_key
