-- A table of a disclosure that counts: where a body is summed, rows of these tables are added up and no others. The rule is explained in docs/statistics.md.
--   document_id  The disclosure.
--   table_no     The table's number in it.
--   form         The standard form.
--   copies       Tables of this form in the disclosure.
--   city         City of the body.
--   year         Fiscal year.
--   department   The department (主管部门).
--   district     District or county, where the body is one's.
--   unit         The body whose figures the disclosure shows.
--   scope        `department` or `unit`, as in `documents`.
--   basis        Whose figures stand for the department: `department` (its consolidated disclosure), `units` (those of its units, where it published none), or `unit_alone` (a unit that names no department: left out of sums over departments).
--   stage        `budget` or `final_account`.
WITH disclosures AS (
  SELECT document_id, city, year, department, COALESCE(district, '') AS district_key, COALESCE(unit, department) AS unit, scope, stage, edition
  FROM documents
  WHERE city IS NOT NULL AND year IS NOT NULL AND department IS NOT NULL
),
printed AS (
  SELECT d.document_id, d.city, d.year, d.department, d.district_key, d.unit, d.scope, d.stage, d.edition, t.table_no, t.form,
    -- Forms of projects are printed one a project, in files of their own, too; the other forms once, together.
    CASE WHEN t.form IN ('project_expenditure', 'project_carryover', 'performance_target', 'performance_self_evaluation', 'procurement_catalogue', 'other')
      THEN t.form ELSE 'main' END AS form_group
  FROM disclosures AS d
  INNER JOIN tables AS t ON d.document_id = t.document_id
),
forms AS (
  SELECT DISTINCT document_id, city, year, department, district_key, unit, scope, stage, edition, form, form_group FROM printed
),
-- 1. Of several disclosures of one body, year and stage, a form counts from the latest that prints it, if the two print the same account of the body.
reprints AS (
  SELECT DISTINCT a.document_id AS earlier, b.document_id AS later
  FROM forms AS a
  INNER JOIN forms AS b
    ON a.city = b.city AND a.year = b.year AND a.department = b.department AND a.district_key = b.district_key AND a.unit = b.unit
    AND a.scope = b.scope AND a.stage = b.stage AND a.form = b.form
  WHERE a.form_group = 'main' AND b.edition > a.edition
),
replaced AS (
  SELECT DISTINCT a.document_id, a.form, TRUE AS is_replaced
  FROM reprints AS r
  INNER JOIN forms AS a ON r.earlier = a.document_id
  INNER JOIN forms AS b ON r.later = b.document_id AND a.form = b.form
),
latest AS (
  SELECT p.*
  FROM printed AS p
  LEFT JOIN replaced AS r ON p.document_id = r.document_id AND p.form = r.form
  WHERE r.is_replaced IS NULL
),
-- 2. A department's consolidated disclosure holds its units': theirs count only where it published none. ('department' comes before 'unit'.)
chosen AS (
  SELECT city, year, department, district_key, stage, form_group, MIN(scope) AS scope
  FROM latest
  GROUP BY city, year, department, district_key, stage, form_group
),
orphans AS (
  SELECT DISTINCT document_id, TRUE AS is_orphan FROM rejects WHERE code = 'missing_department'
)
SELECT l.document_id, l.table_no, l.form,
  COUNT(*) OVER (PARTITION BY l.document_id, l.form) AS copies,
  l.city, l.year, l.department, NULLIF(l.district_key, '') AS district, l.unit, l.scope,
  CASE WHEN l.scope = 'department' THEN 'department' WHEN o.is_orphan THEN 'unit_alone' ELSE 'units' END AS basis,
  l.stage
FROM latest AS l
INNER JOIN chosen AS c
  ON l.city = c.city AND l.year = c.year AND l.department = c.department AND l.district_key = c.district_key AND l.stage = c.stage
  AND l.form_group = c.form_group AND l.scope = c.scope
LEFT JOIN orphans AS o ON l.document_id = o.document_id
