-- The amounts that a department's expenditure in `execution` is made of: 本年支出合计 of each body's 收支总表, else the total of its 支出总表.
WITH printed AS (
  SELECT document_id, table_no, row_no, city, year, stage, department AS subject, COALESCE(district, '') AS district_key, unit, basis, account_name,
    measure, -amount AS largest, CASE WHEN form = 'summary' THEN 1 ELSE 2 END AS preference
  FROM counted_amounts
  WHERE is_whole AND ((form = 'summary' AND side = 'expenditure' AND item = 'current_expenditure_total')
    OR (form = 'expenditure' AND item = 'total' AND row_kind = 'total'))
),
preferred AS (
  SELECT city, year, stage, subject, district_key, unit, basis, MIN(preference) AS preference
  FROM printed
  GROUP BY city, year, stage, subject, district_key, unit, basis
),
ranked AS (
  SELECT p.document_id, p.table_no, p.row_no, p.city, p.year, p.stage, p.subject, p.district_key, p.basis, p.account_name, p.measure,
    ROW_NUMBER() OVER (
      PARTITION BY p.city, p.year, p.stage, p.subject, p.district_key, p.basis ORDER BY p.largest, p.document_id, p.table_no, p.row_no
    ) AS place,
    COUNT(*) OVER (PARTITION BY p.city, p.year, p.stage, p.subject, p.district_key, p.basis) AS sources
  FROM printed AS p
  INNER JOIN preferred AS f ON p.city = f.city AND p.year = f.year AND p.stage = f.stage AND p.subject = f.subject
    AND p.district_key = f.district_key AND p.unit = f.unit AND p.basis = f.basis AND p.preference = f.preference
)
SELECT city, year, stage, subject, district_key, basis, sources, place, document_id, table_no, row_no, account_name, measure
FROM ranked
WHERE place <= 2
