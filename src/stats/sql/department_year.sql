-- The main figures of a department, one row per city, year, department and stage. Amounts in yuan; a figure that no form prints is null, not 0.
--   city                            City of the body.
--   year                            Fiscal year.
--   department                      The department (主管部门).
--   district                        District or county, where the body is one's.
--   stage                           `budget` or `final_account`.
--   basis                           Whose figures these are: `department` (the consolidated disclosure), `units` (the sum of those of its units, where it published none), `unit_alone` (a unit that names no department).
--   disclosures                     Disclosures that count.
--   bodies                          Bodies whose figures are added up: 1, or the number of units.
--   revenue_total                   收入总计, with what was carried over.
--   revenue_current                 本年收入合计.
--   expenditure_total               支出总计, with what is carried over.
--   expenditure_current             本年支出合计.
--   general_public_budget           Revenue from the general public budget (一般公共预算).
--   government_fund                 Revenue from government funds (政府性基金预算).
--   state_capital                   Revenue from the state capital budget (国有资本经营预算).
--   fiscal_special_account          Revenue from the fiscal special account (财政专户管理资金).
--   unit_funds                      Funds of units (单位资金).
--   superior_subsidy                上级补助收入.
--   institutional                   事业收入.
--   business                        经营收入.
--   affiliated_remittance           附属单位上缴收入.
--   other_revenue                   其他收入.
--   prior_year_carryover            上年结转, 年初结转和结余.
--   basic_expenditure               基本支出.
--   project_expenditure             项目支出.
--   general_public_expenditure      Expenditure from the general public budget.
--   personnel_expenditure           人员经费 of basic expenditure from the general public budget.
--   operating_expenditure           公用经费 of basic expenditure from the general public budget.
--   three_public_total              “三公”经费合计.
--   three_public_overseas           因公出国（境）费.
--   three_public_reception          公务接待费.
--   three_public_vehicle            公务用车购置及运行费.
--   three_public_vehicle_purchase   公务用车购置费.
--   three_public_vehicle_operation  公务用车运行维护费.
--   agency_operating                机关运行经费: as its form says, else as the narrative says.
--   procurement_total               政府采购: as its table says, else as the narrative says.
--   procurement_goods               Of it goods.
--   procurement_works               Of it works.
--   procurement_services            Of it services.
--   vehicles                        Vehicles, as stated.
--   staff_quota                     Posts (编制), as stated; the sum of its kinds where no total is.
--   staff_actual                    Staff (实有人数), as stated; the sum of its kinds where no total is.
--   projects                        Projects, each once.
--   indicators                      Performance indicators, those of both horizons.
--   checks_passed                   Checks of the disclosures that passed.
--   checks_failed                   Checks of the disclosures that failed.
--   checks_passed_percent           Passed of those that passed or failed, percent, four places; null where there is none.
WITH departments AS (
  SELECT city, year, department, COALESCE(district, '') AS district_key, stage, MIN(basis) AS basis, COUNT(DISTINCT document_id) AS disclosures,
    COUNT(DISTINCT unit) AS bodies
  FROM counted_tables
  GROUP BY city, year, department, COALESCE(district, ''), stage
),
figures AS (
  SELECT city, year, department, COALESCE(district, '') AS district_key, stage,
    SUM(revenue_total) AS revenue_total, SUM(revenue_current) AS revenue_current, SUM(expenditure_total) AS expenditure_total,
    SUM(expenditure_current) AS expenditure_current, SUM(general_public_budget) AS general_public_budget, SUM(government_fund) AS government_fund,
    SUM(state_capital) AS state_capital, SUM(fiscal_special_account) AS fiscal_special_account, SUM(unit_funds) AS unit_funds,
    SUM(superior_subsidy) AS superior_subsidy, SUM(institutional) AS institutional, SUM(business) AS business,
    SUM(affiliated_remittance) AS affiliated_remittance, SUM(other_revenue) AS other_revenue, SUM(prior_year_carryover) AS prior_year_carryover,
    SUM(basic_expenditure) AS basic_expenditure, SUM(project_expenditure) AS project_expenditure,
    SUM(general_public_expenditure) AS general_public_expenditure, SUM(personnel_expenditure) AS personnel_expenditure,
    SUM(operating_expenditure) AS operating_expenditure, SUM(three_public_total) AS three_public_total,
    SUM(three_public_overseas) AS three_public_overseas, SUM(three_public_reception) AS three_public_reception,
    SUM(three_public_vehicle) AS three_public_vehicle, SUM(three_public_vehicle_purchase) AS three_public_vehicle_purchase,
    SUM(three_public_vehicle_operation) AS three_public_vehicle_operation
  FROM body_figures
  GROUP BY city, year, department, COALESCE(district, ''), stage
),
stated AS (
  SELECT city, year, department, COALESCE(district, '') AS district_key, unit, stage,
    MAX(CASE WHEN fact = 'agency_operating' AND subject IS NULL THEN CAST(value AS DECIMAL(20, 2)) END) AS agency_operating,
    MAX(CASE WHEN fact = 'procurement_total' AND subject IS NULL THEN CAST(value AS DECIMAL(20, 2)) END) AS procurement_total,
    MAX(CASE WHEN fact = 'procurement_goods' AND subject IS NULL THEN CAST(value AS DECIMAL(20, 2)) END) AS procurement_goods,
    MAX(CASE WHEN fact = 'procurement_works' AND subject IS NULL THEN CAST(value AS DECIMAL(20, 2)) END) AS procurement_works,
    MAX(CASE WHEN fact = 'procurement_services' AND subject IS NULL THEN CAST(value AS DECIMAL(20, 2)) END) AS procurement_services,
    MAX(CASE WHEN fact = 'vehicles_total' THEN CAST(value AS BIGINT) END) AS vehicles,
    MAX(CASE WHEN fact = 'staff_quota' AND subject IS NULL THEN CAST(value AS BIGINT) END) AS staff_quota_total,
    SUM(CASE WHEN fact = 'staff_quota' AND subject IS NOT NULL THEN CAST(value AS BIGINT) END) AS staff_quota_of_kinds,
    MAX(CASE WHEN fact = 'staff_actual' AND subject IS NULL THEN CAST(value AS BIGINT) END) AS staff_actual_total,
    SUM(CASE WHEN fact = 'staff_actual' AND subject IS NOT NULL THEN CAST(value AS BIGINT) END) AS staff_actual_of_kinds
  FROM stated_figures
  GROUP BY city, year, department, COALESCE(district, ''), unit, stage
),
bodies AS (
  SELECT DISTINCT city, year, department, COALESCE(district, '') AS district_key, unit, stage FROM counted_tables
),
-- Of a body, the form comes before the narrative.
services AS (
  SELECT b.city, b.year, b.department, b.district_key, b.stage,
    SUM(COALESCE(f.agency_operating, s.agency_operating)) AS agency_operating,
    SUM(COALESCE(f.procurement_total, s.procurement_total)) AS procurement_total,
    SUM(COALESCE(f.procurement_goods, s.procurement_goods)) AS procurement_goods,
    SUM(COALESCE(f.procurement_works, s.procurement_works)) AS procurement_works,
    SUM(COALESCE(f.procurement_services, s.procurement_services)) AS procurement_services,
    SUM(s.vehicles) AS vehicles,
    SUM(COALESCE(s.staff_quota_total, s.staff_quota_of_kinds)) AS staff_quota,
    SUM(COALESCE(s.staff_actual_total, s.staff_actual_of_kinds)) AS staff_actual
  FROM bodies AS b
  LEFT JOIN (SELECT *, COALESCE(district, '') AS district_key FROM body_figures) AS f
    ON b.city = f.city AND b.year = f.year AND b.department = f.department AND b.district_key = f.district_key AND b.unit = f.unit AND b.stage = f.stage
  LEFT JOIN stated AS s
    ON b.city = s.city AND b.year = s.year AND b.department = s.department AND b.district_key = s.district_key AND b.unit = s.unit AND b.stage = s.stage
  GROUP BY b.city, b.year, b.department, b.district_key, b.stage
),
projects_listed AS (
  SELECT city, year, department, COALESCE(district, '') AS district_key, stage, COUNT(*) AS projects
  FROM project_list
  GROUP BY city, year, department, COALESCE(district, ''), stage
),
indicators_listed AS (
  SELECT city, year, department, COALESCE(district, '') AS district_key, stage, COUNT(*) AS indicators
  FROM indicator_list
  GROUP BY city, year, department, COALESCE(district, ''), stage
),
checked AS (
  SELECT c.city, c.year, c.department, c.district_key, c.stage, SUM(d.checks_passed) AS checks_passed, SUM(d.checks_failed) AS checks_failed
  FROM (SELECT DISTINCT document_id, city, year, department, COALESCE(district, '') AS district_key, stage FROM counted_tables) AS c
  INNER JOIN documents AS d ON c.document_id = d.document_id
  GROUP BY c.city, c.year, c.department, c.district_key, c.stage
)
SELECT k.city, k.year, k.department, NULLIF(k.district_key, '') AS district, k.stage, k.basis, k.disclosures, k.bodies,
  f.revenue_total, f.revenue_current, f.expenditure_total, f.expenditure_current, f.general_public_budget, f.government_fund, f.state_capital,
  f.fiscal_special_account, f.unit_funds, f.superior_subsidy, f.institutional, f.business, f.affiliated_remittance, f.other_revenue,
  f.prior_year_carryover, f.basic_expenditure, f.project_expenditure, f.general_public_expenditure, f.personnel_expenditure, f.operating_expenditure,
  f.three_public_total, f.three_public_overseas, f.three_public_reception, f.three_public_vehicle, f.three_public_vehicle_purchase,
  f.three_public_vehicle_operation, s.agency_operating, s.procurement_total, s.procurement_goods, s.procurement_works, s.procurement_services, s.vehicles,
  s.staff_quota, s.staff_actual, COALESCE(p.projects, 0) AS projects, COALESCE(i.indicators, 0) AS indicators, c.checks_passed, c.checks_failed,
  c.checks_passed + c.checks_failed AS checks_applied
FROM departments AS k
LEFT JOIN figures AS f
  ON k.city = f.city AND k.year = f.year AND k.department = f.department AND k.district_key = f.district_key AND k.stage = f.stage
LEFT JOIN services AS s
  ON k.city = s.city AND k.year = s.year AND k.department = s.department AND k.district_key = s.district_key AND k.stage = s.stage
LEFT JOIN projects_listed AS p
  ON k.city = p.city AND k.year = p.year AND k.department = p.department AND k.district_key = p.district_key AND k.stage = p.stage
LEFT JOIN indicators_listed AS i
  ON k.city = i.city AND k.year = i.year AND k.department = i.department AND k.district_key = i.district_key AND k.stage = i.stage
LEFT JOIN checked AS c
  ON k.city = c.city AND k.year = c.year AND k.department = c.department AND k.district_key = c.district_key AND k.stage = c.stage
