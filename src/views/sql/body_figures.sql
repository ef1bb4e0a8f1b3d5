-- The main figures of a body whose disclosures count, one row per body, year and stage, in yuan. A figure that no form prints is null, not 0.
--   city                           City of the body.
--   year                           Fiscal year.
--   department                     The department (主管部门).
--   district                       District or county, where the body is one's.
--   unit                           The body whose figures these are.
--   basis                          Whose figures stand for the department, as in `counted_tables`.
--   stage                          `budget` or `final_account`.
--   revenue_total                  收入总计: with what was carried over; where it is not printed, 本年收入合计.
--   revenue_current                本年收入合计.
--   expenditure_total              支出总计: with what is carried over; where it is not printed, 本年支出合计.
--   expenditure_current            本年支出合计.
--   general_public_budget          Revenue from the general public budget (一般公共预算).
--   government_fund                Revenue from government funds (政府性基金预算).
--   state_capital                  Revenue from the state capital budget (国有资本经营预算).
--   fiscal_special_account         Revenue from the fiscal special account (财政专户管理资金).
--   unit_funds                     Funds of units (单位资金).
--   superior_subsidy               上级补助收入.
--   institutional                  事业收入.
--   business                       经营收入.
--   affiliated_remittance          附属单位上缴收入.
--   other_revenue                  其他收入.
--   prior_year_carryover           上年结转, 年初结转和结余.
--   basic_expenditure              基本支出 of 支出总表.
--   project_expenditure            项目支出 of 支出总表.
--   general_public_expenditure     Expenditure from the general public budget (一般公共预算支出表).
--   personnel_expenditure          人员经费 of basic expenditure from the general public budget.
--   operating_expenditure          公用经费 of basic expenditure from the general public budget.
--   three_public_total             “三公”经费合计.
--   three_public_overseas          因公出国（境）费.
--   three_public_reception         公务接待费.
--   three_public_vehicle           公务用车购置及运行费.
--   three_public_vehicle_purchase  公务用车购置费.
--   three_public_vehicle_operation 公务用车运行维护费.
--   agency_operating               机关运行经费.
--   procurement_total              政府采购, as its table says.
--   procurement_goods              Of it goods.
--   procurement_works              Of it works.
--   procurement_services           Of it services.
WITH lines AS (
  SELECT city, year, department, COALESCE(district, '') AS district_key, unit, basis, stage, form, side, row_kind, item, measure, is_whole, amount
  FROM counted_amounts
  WHERE item IS NOT NULL OR form = 'agency_operating'
),
printed AS (
  SELECT city, year, department, district_key, unit, basis, stage,
    MAX(CASE WHEN form = 'summary' AND side = 'revenue' AND item = 'revenue_total' AND is_whole THEN amount END) AS summary_revenue_total,
    MAX(CASE WHEN form = 'summary' AND side = 'revenue' AND item = 'current_revenue_total' AND is_whole THEN amount END) AS summary_revenue,
    MAX(CASE WHEN form = 'revenue' AND item = 'total' AND row_kind = 'total' AND is_whole THEN amount END) AS revenue,
    MAX(CASE WHEN form = 'summary' AND side = 'expenditure' AND item = 'expenditure_total' AND is_whole THEN amount END) AS summary_expenditure_total,
    MAX(CASE WHEN form = 'summary' AND side = 'expenditure' AND item = 'current_expenditure_total' AND is_whole THEN amount END) AS summary_expenditure,
    MAX(CASE WHEN form = 'expenditure' AND item = 'total' AND row_kind = 'total' AND is_whole THEN amount END) AS expenditure,
    MAX(CASE WHEN form = 'summary' AND side = 'revenue' AND item = 'general_public_budget' AND is_whole THEN amount END) AS general_public_budget,
    MAX(CASE WHEN form = 'summary' AND side = 'revenue' AND item = 'government_fund' AND is_whole THEN amount END) AS government_fund,
    MAX(CASE WHEN form = 'summary' AND side = 'revenue' AND item = 'state_capital' AND is_whole THEN amount END) AS state_capital,
    MAX(CASE WHEN form = 'summary' AND side = 'revenue' AND item = 'fiscal_special_account' AND is_whole THEN amount END) AS fiscal_special_account,
    MAX(CASE WHEN form = 'summary' AND side = 'revenue' AND item = 'unit_funds' AND is_whole THEN amount END) AS unit_funds,
    MAX(CASE WHEN form = 'summary' AND side = 'revenue' AND item = 'superior_subsidy' AND is_whole THEN amount END) AS superior_subsidy,
    MAX(CASE WHEN form = 'summary' AND side = 'revenue' AND item = 'institutional' AND is_whole THEN amount END) AS institutional,
    MAX(CASE WHEN form = 'summary' AND side = 'revenue' AND item = 'business' AND is_whole THEN amount END) AS business,
    MAX(CASE WHEN form = 'summary' AND side = 'revenue' AND item = 'affiliated_remittance' AND is_whole THEN amount END) AS affiliated_remittance,
    MAX(CASE WHEN form = 'summary' AND side = 'revenue' AND item = 'other' AND is_whole THEN amount END) AS other_revenue,
    MAX(CASE WHEN form = 'summary' AND side = 'revenue' AND item = 'prior_year_carryover' AND is_whole THEN amount END) AS prior_year_carryover,
    MAX(CASE WHEN form = 'expenditure' AND item = 'total' AND row_kind = 'total' AND measure = 'basic' THEN amount END) AS basic_expenditure,
    MAX(CASE WHEN form = 'expenditure' AND item = 'total' AND row_kind = 'total' AND measure = 'project' THEN amount END) AS project_expenditure,
    MAX(CASE WHEN form = 'general_public_expenditure' AND item = 'total' AND row_kind = 'total' AND is_whole THEN amount END) AS general_public_expenditure,
    MAX(CASE WHEN form = 'basic_expenditure' AND ((item = 'total' AND measure = 'personnel') OR (item = 'personnel_total' AND is_whole)) THEN amount END)
      AS personnel_expenditure,
    MAX(CASE WHEN form = 'basic_expenditure' AND ((item = 'total' AND measure = 'operating') OR (item = 'operating_total' AND is_whole)) THEN amount END)
      AS operating_expenditure,
    MAX(CASE WHEN form = 'three_public' AND item = 'three_public_total' AND is_whole THEN amount END) AS three_public_total,
    MAX(CASE WHEN form = 'three_public' AND item = 'overseas' AND is_whole THEN amount END) AS three_public_overseas,
    MAX(CASE WHEN form = 'three_public' AND item = 'reception' AND is_whole THEN amount END) AS three_public_reception,
    MAX(CASE WHEN form = 'three_public' AND item = 'vehicle' AND is_whole THEN amount END) AS three_public_vehicle,
    MAX(CASE WHEN form = 'three_public' AND item = 'vehicle_purchase' AND is_whole THEN amount END) AS three_public_vehicle_purchase,
    MAX(CASE WHEN form = 'three_public' AND item = 'vehicle_operation' AND is_whole THEN amount END) AS three_public_vehicle_operation,
    MAX(CASE WHEN form = 'agency_operating' AND row_kind = 'total' AND is_whole THEN amount END) AS agency_operating_printed,
    SUM(CASE WHEN form = 'agency_operating' AND row_kind = 'item' AND is_whole THEN amount END) AS agency_operating_of_units,
    SUM(CASE WHEN item IN ('operating_administrative', 'operating_civil_service_managed') AND is_whole THEN amount END) AS agency_operating_of_kinds,
    MAX(CASE WHEN item = 'procurement_total' AND is_whole THEN amount END) AS procurement_total,
    MAX(CASE WHEN item = 'procurement_goods' AND is_whole THEN amount END) AS procurement_goods,
    MAX(CASE WHEN item = 'procurement_works' AND is_whole THEN amount END) AS procurement_works,
    MAX(CASE WHEN item = 'procurement_services' AND is_whole THEN amount END) AS procurement_services
  FROM lines
  GROUP BY city, year, department, district_key, unit, basis, stage
)
SELECT city, year, department, NULLIF(district_key, '') AS district, unit, basis, stage,
  COALESCE(summary_revenue_total, summary_revenue, revenue) AS revenue_total, COALESCE(summary_revenue, revenue) AS revenue_current,
  COALESCE(summary_expenditure_total, summary_expenditure, expenditure) AS expenditure_total,
  COALESCE(summary_expenditure, expenditure) AS expenditure_current,
  general_public_budget, government_fund, state_capital, fiscal_special_account, unit_funds, superior_subsidy, institutional, business,
  affiliated_remittance, other_revenue, prior_year_carryover, basic_expenditure, project_expenditure, general_public_expenditure,
  personnel_expenditure, operating_expenditure, three_public_total, three_public_overseas, three_public_reception, three_public_vehicle,
  three_public_vehicle_purchase, three_public_vehicle_operation,
  COALESCE(agency_operating_printed, agency_operating_of_units, agency_operating_of_kinds) AS agency_operating,
  procurement_total, procurement_goods, procurement_works, procurement_services
FROM printed
