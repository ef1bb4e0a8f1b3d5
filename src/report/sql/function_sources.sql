-- The largest amounts that a class of `function_year` is made of: its printed rows; where a disclosure leaves the class out, the rows below it.
WITH printed AS (
  SELECT document_id, table_no, row_no, city, year, stage, level, LEFT(account_code, 3) AS subject, account_name, measure, -amount AS largest
  FROM counted_amounts
  WHERE form = 'expenditure' AND classification = 'functional' AND row_kind = 'item' AND is_whole AND level IS NOT NULL AND basis <> 'unit_alone'
),
highest AS (
  SELECT document_id, subject, MIN(level) AS level FROM printed GROUP BY document_id, subject
),
ranked AS (
  SELECT p.document_id, p.table_no, p.row_no, p.city, p.year, p.stage, p.subject, p.account_name, p.measure,
    ROW_NUMBER() OVER (PARTITION BY p.city, p.year, p.stage, p.subject ORDER BY p.largest, p.document_id, p.table_no, p.row_no) AS place,
    COUNT(*) OVER (PARTITION BY p.city, p.year, p.stage, p.subject) AS sources
  FROM printed AS p
  INNER JOIN highest AS h ON p.document_id = h.document_id AND p.subject = h.subject AND p.level = h.level
)
SELECT city, year, stage, subject, sources, place, document_id, table_no, row_no, account_name, measure FROM ranked WHERE place <= 3
