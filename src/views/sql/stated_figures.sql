-- Figures that the narrative or a table of counts states of a body whose disclosures count, each once: as the latest disclosure states it first, tables before sentences. Comparisons are left out.
--   city        City of the body.
--   year        Fiscal year.
--   department  The department (主管部门).
--   district    District or county, where the body is one's.
--   unit        The body whose figures these are.
--   basis       Whose figures stand for the department, as in `counted_tables`.
--   stage       `budget` or `final_account`.
--   fact        Code of what is stated.
--   subject     What it is about, as printed.
--   value       The figure.
--   value_unit  What it counts.
WITH sources AS (
  SELECT DISTINCT c.document_id, c.city, c.year, c.department, COALESCE(c.district, '') AS district_key, c.unit, c.basis, c.stage, d.edition
  FROM counted_tables AS c
  INNER JOIN documents AS d ON c.document_id = d.document_id
  WHERE c.form NOT IN ('project_expenditure', 'project_carryover', 'performance_target', 'performance_self_evaluation', 'procurement_catalogue', 'other')
),
stated AS (
  SELECT s.city, s.year, s.department, s.district_key, s.unit, s.basis, s.stage, f.fact, COALESCE(f.subject, '') AS subject_key, f.value,
    f.unit AS value_unit, -s.edition AS newest, CASE WHEN f.table_no IS NULL THEN 1 ELSE 0 END AS is_sentence,
    COALESCE(f.page, 0) AS page_key, COALESCE(f.line, 0) AS line_key
  FROM facts AS f
  INNER JOIN sources AS s ON f.document_id = s.document_id
  WHERE f.comparison IS NULL AND f.value IS NOT NULL
),
ranked AS (
  SELECT *, ROW_NUMBER() OVER (
    PARTITION BY city, year, department, district_key, unit, basis, stage, fact, subject_key
    ORDER BY newest, is_sentence, page_key, line_key, value
  ) AS place
  FROM stated
)
SELECT city, year, department, NULLIF(district_key, '') AS district, unit, basis, stage, fact, NULLIF(subject_key, '') AS subject, value, value_unit
FROM ranked
WHERE place = 1
