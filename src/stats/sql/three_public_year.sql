-- “三公”经费 of the departments of a city by item and year. `vehicle` is the sum of `vehicle_purchase` and `vehicle_operation`, `three_public_total` that of `overseas`, `vehicle` and `reception`. Units that name no department are left out.
--   city                  City of the bodies.
--   year                  Fiscal year.
--   stage                 `budget` or `final_account`.
--   item                  `three_public_total`, `overseas` (因公出国（境）费), `vehicle`, `vehicle_purchase`, `vehicle_operation`, `reception` (公务接待费).
--   departments           Departments that print an amount.
--   amount                The stage's amount, yuan: the budget, or what was spent.
--   planned               Of a final account the budget that it prints beside (预算数), yuan.
--   execution_percent     `amount` in percent of `planned`, four places; null where that is not positive.
--   previous_departments  Departments of the year before: where it is not `departments`, other departments are compared.
--   previous_amount       `amount` of the year before, yuan; null where that year is missing.
--   change                `amount` less `previous_amount`, yuan.
--   change_percent        Change in percent of `previous_amount`, four places; null where that is not positive.
WITH sums AS (
  SELECT city, year, stage, item, COUNT(amount) AS departments, SUM(amount) AS amount, SUM(planned) AS planned
  FROM three_public_by_item
  WHERE basis <> 'unit_alone'
  GROUP BY city, year, stage, item
),
before AS (
  SELECT city, year + 1 AS next_year, stage, item, departments AS previous_departments, amount AS previous_amount FROM sums
)
SELECT s.city, s.year, s.stage, s.item, s.departments, s.amount, s.planned, b.previous_departments, b.previous_amount,
  s.amount - b.previous_amount AS change
FROM sums AS s
LEFT JOIN before AS b ON s.city = b.city AND s.year = b.next_year AND s.stage = b.stage AND s.item = b.item
