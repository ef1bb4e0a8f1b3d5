-- Every disclosure, with the standard forms that were looked for in it and found.
WITH forms AS (
  SELECT document_id, COUNT(*) AS forms_wanted, SUM(CASE WHEN status = 'pass' THEN 1 ELSE 0 END) AS forms_printed
  FROM checks
  WHERE rule = 'missing_form' AND status IN ('pass', 'fail')
  GROUP BY document_id
)
SELECT d.document_id, d.path, d.city, d.year, d.department, d.district, d.stage, d.scope, d.line_items, d.checks_passed, d.checks_failed,
  f.forms_wanted, f.forms_printed
FROM documents AS d
LEFT JOIN forms AS f ON d.document_id = f.document_id
