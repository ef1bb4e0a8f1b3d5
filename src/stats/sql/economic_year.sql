-- Basic expenditure from the general public budget of the departments of a city by economic code and year. Add up one `classification` and one `level` at a time. Units that name no department are left out.
--   city                  City of the bodies.
--   year                  Fiscal year.
--   stage                 `budget` or `final_account`.
--   classification        `economic_department` (部门预算支出经济分类) or `economic_government` (政府预算支出经济分类); a form prints one or the other.
--   level                 1 (类), 2 (款).
--   account_code          Economic code: 3 or 5 digits.
--   parent_code           The code one level up.
--   account_name          The name that most disclosures print for the code.
--   departments           Departments that spend on it.
--   amount                Basic expenditure, yuan.
--   share_percent         Share in all basic expenditure of the city, year, stage and classification, percent, four places; null where that is not positive.
--   previous_departments  Departments that spent on it the year before: where it is not `departments`, other departments are compared.
--   previous_amount       `amount` of the year before, yuan; null where that year is missing.
--   change                `amount` less `previous_amount`, yuan.
--   change_percent        Change in percent of `previous_amount`, four places; null where that is not positive.
WITH sums AS (
  SELECT city, year, stage, classification, level, account_code, MIN(parent_code) AS parent_code, MIN(account_name) AS account_name,
    COUNT(amount) AS departments, SUM(amount) AS amount
  FROM expenditure_by_economic_class
  WHERE basis <> 'unit_alone'
  GROUP BY city, year, stage, classification, level, account_code
),
totals AS (
  SELECT city, year, stage, classification, SUM(amount) AS total FROM sums WHERE level = 1 GROUP BY city, year, stage, classification
),
before AS (
  SELECT city, year + 1 AS next_year, stage, classification, account_code, departments AS previous_departments, amount AS previous_amount FROM sums
)
SELECT s.city, s.year, s.stage, s.classification, s.level, s.account_code, s.parent_code, s.account_name, s.departments, s.amount, t.total,
  b.previous_departments, b.previous_amount, s.amount - b.previous_amount AS change
FROM sums AS s
LEFT JOIN totals AS t ON s.city = t.city AND s.year = t.year AND s.stage = t.stage AND s.classification = t.classification
LEFT JOIN before AS b
  ON s.city = b.city AND s.year = b.next_year AND s.stage = b.stage AND s.classification = b.classification AND s.account_code = b.account_code
