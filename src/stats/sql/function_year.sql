-- Expenditure of the departments of a city by functional code and year. Add up one `level` at a time. Units that name no department are left out, since a department's figures may hold theirs.
--   city                   City of the bodies.
--   year                   Fiscal year.
--   stage                  `budget` or `final_account`.
--   level                  1 (类), 2 (款), 3 (项).
--   account_code           Functional code: 3, 5 or 7 digits.
--   parent_code            The code one level up.
--   account_name           The name that most disclosures print for the code.
--   departments            Departments that spend on it.
--   amount                 Expenditure, yuan.
--   basic                  Of it basic expenditure (基本支出), yuan.
--   project                Of it project expenditure (项目支出), yuan.
--   general_public_amount  Expenditure from the general public budget, yuan.
--   share_percent          Share of `amount` in the expenditure of all departments of the city, year and stage, percent, four places; null where that is not positive.
--   previous_departments   Departments that spent on it the year before: where it is not `departments`, other departments are compared.
--   previous_amount        `amount` of the year before, yuan; null where that year is missing.
--   change                 `amount` less `previous_amount`, yuan.
--   change_percent         Change in percent of `previous_amount`, four places; null where that is not positive.
WITH sums AS (
  SELECT city, year, stage, level, account_code, MIN(parent_code) AS parent_code, MIN(account_name) AS account_name, COUNT(amount) AS departments,
    SUM(amount) AS amount, SUM(basic) AS basic, SUM(project) AS project, SUM(general_public_amount) AS general_public_amount
  FROM expenditure_by_function
  WHERE basis <> 'unit_alone'
  GROUP BY city, year, stage, level, account_code
),
totals AS (
  SELECT city, year, stage, SUM(amount) AS total FROM sums WHERE level = 1 GROUP BY city, year, stage
),
before AS (
  SELECT city, year + 1 AS next_year, stage, account_code, departments AS previous_departments, amount AS previous_amount FROM sums
)
SELECT s.city, s.year, s.stage, s.level, s.account_code, s.parent_code, s.account_name, s.departments, s.amount, s.basic, s.project,
  s.general_public_amount, t.total, b.previous_departments, b.previous_amount, s.amount - b.previous_amount AS change
FROM sums AS s
LEFT JOIN totals AS t ON s.city = t.city AND s.year = t.year AND s.stage = t.stage
LEFT JOIN before AS b ON s.city = b.city AND s.year = b.next_year AND s.stage = b.stage AND s.account_code = b.account_code
