-- Performance indicators of bodies whose disclosures count.
--   document_id     The disclosure.
--   city            City of the body.
--   year            Fiscal year.
--   department      The department (主管部门).
--   district        District or county, where the body is one's.
--   unit            The body whose disclosure it is.
--   basis           Whose figures stand for the department, as in `counted_tables`.
--   stage           `budget` or `final_account`.
--   project_no      The project's number in the disclosure.
--   project_name    The project.
--   horizon         `implementation_period` or `annual`; null in a self-evaluation.
--   dimension       一级指标.
--   category        二级指标.
--   indicator_name  三级指标.
--   target_text     The target as printed.
--   operator        Its operator, where one is printed.
--   target_value    Its number.
--   target_unit     Its unit.
--   actual_text     What was reached, as printed.
--   actual_value    Its number.
--   weight          分值.
--   score           得分.
SELECT i.document_id, c.city, c.year, c.department, c.district, c.unit, c.basis, c.stage, i.project_no, i.project_name, i.horizon, i.dimension, i.category,
  i.indicator_name, i.target_text, i.operator, i.target_value, i.target_unit, i.actual_text, i.actual_value, i.weight, i.score
FROM indicators AS i
INNER JOIN counted_tables AS c ON i.document_id = c.document_id AND i.table_no = c.table_no
