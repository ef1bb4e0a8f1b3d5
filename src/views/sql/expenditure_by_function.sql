-- Expenditure of a department by functional class (类), group (款) and item (项). Add up one `level` at a time: 3 is made of 2, and 2 of 1. Where a form leaves out a class or group, it is the sum of what it prints below.
--   city                   City of the body.
--   year                   Fiscal year.
--   department             The department (主管部门).
--   district               District or county, where the body is one's.
--   basis                  Whose figures stand for the department, as in `counted_tables`.
--   stage                  `budget` or `final_account`.
--   level                  1 (类), 2 (款), 3 (项).
--   account_code           Functional code: 3, 5 or 7 digits.
--   parent_code            The code one level up.
--   account_name           The name that most disclosures print for the code.
--   amount                 Whole expenditure (支出总表, 支出决算表), yuan.
--   basic                  Of it basic expenditure (基本支出), yuan.
--   project                Of it project expenditure (项目支出), yuan.
--   general_public_amount  Expenditure from the general public budget (一般公共预算支出表), yuan.
WITH printed AS (
  SELECT document_id, form, level, account_code, part, SUM(amount) AS amount
  FROM functional_amounts
  GROUP BY document_id, form, level, account_code, part
),
groups_printed AS (
  SELECT DISTINCT document_id, form, account_code, TRUE AS is_printed FROM printed WHERE level = 2
),
groups AS (
  SELECT document_id, form, account_code, part, amount FROM printed WHERE level = 2
  UNION ALL
  SELECT i.document_id, i.form, i.account_code, i.part, i.amount
  FROM (
    SELECT document_id, form, LEFT(account_code, 5) AS account_code, part, SUM(amount) AS amount
    FROM printed WHERE level = 3 GROUP BY document_id, form, LEFT(account_code, 5), part
  ) AS i
  LEFT JOIN groups_printed AS p ON i.document_id = p.document_id AND i.form = p.form AND i.account_code = p.account_code
  WHERE p.is_printed IS NULL
),
classes_printed AS (
  SELECT DISTINCT document_id, form, account_code, TRUE AS is_printed FROM printed WHERE level = 1
),
classes AS (
  SELECT document_id, form, account_code, part, amount FROM printed WHERE level = 1
  UNION ALL
  SELECT i.document_id, i.form, i.account_code, i.part, i.amount
  FROM (
    SELECT document_id, form, LEFT(account_code, 3) AS account_code, part, SUM(amount) AS amount
    FROM groups GROUP BY document_id, form, LEFT(account_code, 3), part
  ) AS i
  LEFT JOIN classes_printed AS p ON i.document_id = p.document_id AND i.form = p.form AND i.account_code = p.account_code
  WHERE p.is_printed IS NULL
),
levels AS (
  SELECT document_id, form, 1 AS level, account_code, part, amount FROM classes
  UNION ALL
  SELECT document_id, form, 2 AS level, account_code, part, amount FROM groups
  UNION ALL
  SELECT document_id, form, 3 AS level, account_code, part, amount FROM printed WHERE level = 3
),
uses AS (
  SELECT account_code, account_name, -CAST(SUM(uses) AS BIGINT) AS rarity FROM functional_names GROUP BY account_code, account_name
),
ranked AS (
  SELECT account_code, account_name, ROW_NUMBER() OVER (PARTITION BY account_code ORDER BY rarity, account_name) AS place FROM uses
),
names AS (
  SELECT account_code, account_name FROM ranked WHERE place = 1
),
bodies AS (
  SELECT DISTINCT document_id, form, city, year, department, COALESCE(district, '') AS district_key, basis, stage FROM counted_tables
),
sums AS (
  SELECT b.city, b.year, b.department, b.district_key, b.basis, b.stage, l.level, l.account_code,
    SUM(CASE WHEN l.form = 'expenditure' AND l.part = 'amount' THEN l.amount END) AS amount,
    SUM(CASE WHEN l.form = 'expenditure' AND l.part = 'basic' THEN l.amount END) AS basic,
    SUM(CASE WHEN l.form = 'expenditure' AND l.part = 'project' THEN l.amount END) AS project,
    SUM(CASE WHEN l.form = 'general_public_expenditure' AND l.part = 'amount' THEN l.amount END) AS general_public_amount
  FROM levels AS l
  INNER JOIN bodies AS b ON l.document_id = b.document_id AND l.form = b.form
  GROUP BY b.city, b.year, b.department, b.district_key, b.basis, b.stage, l.level, l.account_code
)
SELECT s.city, s.year, s.department, NULLIF(s.district_key, '') AS district, s.basis, s.stage, s.level, s.account_code,
  CASE WHEN s.level = 2 THEN LEFT(s.account_code, 3) WHEN s.level = 3 THEN LEFT(s.account_code, 5) END AS parent_code,
  n.account_name, s.amount, s.basic, s.project, s.general_public_amount
FROM sums AS s
LEFT JOIN names AS n ON s.account_code = n.account_code
