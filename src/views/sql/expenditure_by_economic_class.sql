-- Basic expenditure from the general public budget by economic class (类) and account (款). Add up one `classification` and one `level` at a time.
--   city            City of the body.
--   year            Fiscal year.
--   department      The department (主管部门).
--   district        District or county, where the body is one's.
--   basis           Whose figures stand for the department, as in `counted_tables`.
--   stage           `budget` or `final_account`.
--   classification  `economic_department` (部门预算支出经济分类, 301 …) or `economic_government` (政府预算支出经济分类, 501 …).
--   level           1 (类), 2 (款).
--   account_code    Economic code: 3 or 5 digits.
--   parent_code     The code one level up.
--   account_name    The name that most disclosures print for the code.
--   amount          Basic expenditure, yuan.
WITH printed AS (
  SELECT document_id, classification, level, account_code, SUM(amount) AS amount
  FROM economic_amounts
  GROUP BY document_id, classification, level, account_code
),
classes_printed AS (
  SELECT DISTINCT document_id, classification, account_code, TRUE AS is_printed FROM printed WHERE level = 1
),
levels AS (
  SELECT document_id, classification, level, account_code, amount FROM printed
  UNION ALL
  SELECT i.document_id, i.classification, 1 AS level, i.account_code, i.amount
  FROM (
    SELECT document_id, classification, LEFT(account_code, 3) AS account_code, SUM(amount) AS amount
    FROM printed WHERE level = 2 GROUP BY document_id, classification, LEFT(account_code, 3)
  ) AS i
  LEFT JOIN classes_printed AS p ON i.document_id = p.document_id AND i.classification = p.classification AND i.account_code = p.account_code
  WHERE p.is_printed IS NULL
),
uses AS (
  SELECT account_code, account_name, -CAST(SUM(uses) AS BIGINT) AS rarity FROM economic_names GROUP BY account_code, account_name
),
ranked AS (
  SELECT account_code, account_name, ROW_NUMBER() OVER (PARTITION BY account_code ORDER BY rarity, account_name) AS place FROM uses
),
names AS (
  SELECT account_code, account_name FROM ranked WHERE place = 1
),
bodies AS (
  SELECT DISTINCT document_id, city, year, department, COALESCE(district, '') AS district_key, basis, stage
  FROM counted_tables WHERE form = 'basic_expenditure'
),
sums AS (
  SELECT b.city, b.year, b.department, b.district_key, b.basis, b.stage, l.classification, l.level, l.account_code, SUM(l.amount) AS amount
  FROM levels AS l
  INNER JOIN bodies AS b ON l.document_id = b.document_id
  GROUP BY b.city, b.year, b.department, b.district_key, b.basis, b.stage, l.classification, l.level, l.account_code
)
SELECT s.city, s.year, s.department, NULLIF(s.district_key, '') AS district, s.basis, s.stage, s.classification, s.level, s.account_code,
  CASE WHEN s.level = 2 THEN LEFT(s.account_code, 3) END AS parent_code, n.account_name, s.amount
FROM sums AS s
LEFT JOIN names AS n ON s.account_code = n.account_code
