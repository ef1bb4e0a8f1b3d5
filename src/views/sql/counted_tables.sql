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
  SELECT document_id, form, COUNT(*) AS copies FROM tables GROUP BY document_id, form
),
forms AS (
  SELECT d.document_id, d.city, d.year, d.department, d.district_key, d.unit, d.scope, d.stage, d.edition, p.form, p.copies,
    -- Forms of projects are printed one a project, in files of their own, too; the other forms once, together.
    CASE WHEN p.form IN ('project_expenditure', 'project_carryover', 'performance_target', 'performance_self_evaluation', 'procurement_catalogue', 'other')
      THEN p.form ELSE 'main' END AS form_group
  FROM disclosures AS d
  INNER JOIN printed AS p ON d.document_id = p.document_id
),
-- 1. Of several disclosures of one body, year and stage, a form counts from the latest that prints it, if the two print the same account of the body.
-- (A window, since a second join is one that DuckDB begins with: every disclosure with every other that prints a form of that name.)
reprinted AS (
  SELECT a.document_id, a.form,
    MAX(CASE WHEN a.form_group = 'main' THEN 1 ELSE 0 END) OVER (PARTITION BY a.document_id, b.document_id) AS is_same_account
  FROM forms AS a
  INNER JOIN forms AS b
    ON a.city = b.city AND a.year = b.year AND a.department = b.department AND a.district_key = b.district_key AND a.unit = b.unit
    AND a.scope = b.scope AND a.stage = b.stage AND a.form = b.form
  WHERE b.edition > a.edition
),
replaced AS (
  SELECT DISTINCT document_id, form, TRUE AS is_replaced FROM reprinted WHERE is_same_account = 1
),
-- 2. A department's consolidated disclosure holds its units': theirs count only where it published none. ('department' comes before 'unit'.)
latest AS (
  SELECT f.*, MIN(f.scope) OVER (PARTITION BY f.city, f.year, f.department, f.district_key, f.stage, f.form_group) AS counted_scope
  FROM forms AS f
  LEFT JOIN replaced AS r ON f.document_id = r.document_id AND f.form = r.form
  WHERE r.is_replaced IS NULL
),
orphans AS (
  SELECT DISTINCT document_id, TRUE AS is_orphan FROM rejects WHERE code = 'missing_department'
)
SELECT l.document_id, t.table_no, l.form, l.copies, l.city, l.year, l.department, NULLIF(l.district_key, '') AS district, l.unit, l.scope,
  CASE WHEN l.scope = 'department' THEN 'department' WHEN o.is_orphan THEN 'unit_alone' ELSE 'units' END AS basis,
  l.stage
FROM latest AS l
INNER JOIN tables AS t ON l.document_id = t.document_id AND l.form = t.form
LEFT JOIN orphans AS o ON l.document_id = o.document_id
WHERE l.scope = l.counted_scope
