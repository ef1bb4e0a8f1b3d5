-- Which disclosures are there, by city, year, department and stage, those that don't count among them; with what is missing of their forms.
--   city                    City of the body; null where it could not be told.
--   year                    Fiscal year; null where it could not be told.
--   department              The department (主管部门); null where it could not be told.
--   district                District or county, where the body is one's.
--   stage                   `budget` or `final_account`.
--   disclosures             Disclosures.
--   of_department           Those of the department, consolidated.
--   of_units                Those of units.
--   counted                 Disclosures of which a table counts, by the rule of docs/statistics.md.
--   basis                   Whose figures stand for the department, as in `department_year`; null where none count.
--   forms_wanted            Standard forms that the disclosures have to print, as far as could be checked.
--   forms_printed           Those of them that they print.
--   completeness_percent    Printed in percent of wanted forms, four places; null where nothing could be checked.
--   line_items              Amounts read.
--   indicators              Indicators read.
--   facts                   Stated figures read.
--   rejects                 What was left out or guessed.
WITH forms AS (
  SELECT document_id, COUNT(*) AS forms_wanted, SUM(CASE WHEN status = 'pass' THEN 1 ELSE 0 END) AS forms_printed
  FROM checks
  WHERE rule = 'missing_form' AND status IN ('pass', 'fail')
  GROUP BY document_id
),
counted AS (
  SELECT document_id, MIN(basis) AS basis FROM counted_tables GROUP BY document_id
),
disclosures AS (
  SELECT COALESCE(d.city, '') AS city_key, COALESCE(d.year, 0) AS year_key, COALESCE(d.department, '') AS department_key,
    COALESCE(d.district, '') AS district_key, d.stage, d.scope, d.line_items, d.indicators, d.facts, d.rejects, c.document_id AS counted_id, c.basis,
    f.forms_wanted, f.forms_printed
  FROM documents AS d
  LEFT JOIN counted AS c ON d.document_id = c.document_id
  LEFT JOIN forms AS f ON d.document_id = f.document_id
),
sums AS (
  SELECT city_key, year_key, department_key, district_key, stage, COUNT(*) AS disclosures,
    SUM(CASE WHEN scope = 'department' THEN 1 ELSE 0 END) AS of_department, SUM(CASE WHEN scope = 'unit' THEN 1 ELSE 0 END) AS of_units,
    COUNT(counted_id) AS counted, MIN(basis) AS basis, SUM(forms_wanted) AS forms_wanted, SUM(forms_printed) AS forms_printed,
    SUM(line_items) AS line_items, SUM(indicators) AS indicators, SUM(facts) AS facts, SUM(rejects) AS rejects
  FROM disclosures
  GROUP BY city_key, year_key, department_key, district_key, stage
)
SELECT NULLIF(city_key, '') AS city, NULLIF(year_key, 0) AS year, NULLIF(department_key, '') AS department, NULLIF(district_key, '') AS district, stage,
  disclosures, of_department, of_units, counted, basis, forms_wanted, forms_printed, line_items, indicators, facts, rejects
FROM sums
