-- The largest amounts that a line of `three_public_year` is made of.
WITH printed AS (
  SELECT document_id, table_no, row_no, city, year, stage, item AS subject, account_name, measure, -amount AS largest
  FROM counted_amounts
  WHERE form = 'three_public' AND is_whole AND basis <> 'unit_alone'
    AND item IN ('three_public_total', 'overseas', 'vehicle', 'vehicle_purchase', 'vehicle_operation', 'reception')
),
ranked AS (
  SELECT document_id, table_no, row_no, city, year, stage, subject, account_name, measure,
    ROW_NUMBER() OVER (PARTITION BY city, year, stage, subject ORDER BY largest, document_id, table_no, row_no) AS place,
    COUNT(*) OVER (PARTITION BY city, year, stage, subject) AS sources
  FROM printed
)
SELECT city, year, stage, subject, sources, place, document_id, table_no, row_no, account_name, measure FROM ranked WHERE place <= 3
