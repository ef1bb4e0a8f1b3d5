-- “三公”经费 of a department by item. `vehicle` is the sum of `vehicle_purchase` and `vehicle_operation`, `three_public_total` that of `overseas`, `vehicle` and `reception`.
--   city        City of the body.
--   year        Fiscal year.
--   department  The department (主管部门).
--   district    District or county, where the body is one's.
--   basis       Whose figures stand for the department, as in `counted_tables`.
--   stage       `budget` or `final_account`.
--   item        `three_public_total`, `overseas` (因公出国（境）费), `vehicle`, `vehicle_purchase`, `vehicle_operation`, `reception` (公务接待费).
--   amount      The stage's amount, yuan: the budget, or what was spent.
--   planned     The budget as the final account prints it beside (预算数), yuan; null in a budget.
WITH amounts AS (
  SELECT city, year, department, COALESCE(district, '') AS district_key, unit, basis, stage, item,
    MAX(CASE WHEN is_whole THEN amount END) AS amount,
    MAX(CASE WHEN measure = 'budget' THEN amount END) AS planned
  FROM counted_amounts
  WHERE form = 'three_public' AND item IN ('three_public_total', 'overseas', 'vehicle', 'vehicle_purchase', 'vehicle_operation', 'reception')
  GROUP BY city, year, department, COALESCE(district, ''), unit, basis, stage, item
),
sums AS (
  SELECT city, year, department, district_key, basis, stage, item, SUM(amount) AS amount, SUM(planned) AS planned
  FROM amounts
  GROUP BY city, year, department, district_key, basis, stage, item
)
SELECT city, year, department, NULLIF(district_key, '') AS district, basis, stage, item, amount, planned FROM sums
