-- Budget against final account, department by department, where both are there: of the same bodies, on the same basis.
--   city                     City of the body.
--   year                     Fiscal year.
--   department               The department (主管部门).
--   district                 District or county, where the body is one's.
--   basis                    Whose figures these are, as in `department_year`.
--   bodies                   Bodies whose budget and final account are compared.
--   budgeted_revenue         本年收入合计 of the budget, yuan.
--   final_revenue            本年收入合计 of the final account, yuan.
--   budgeted_expenditure     本年支出合计 of the budget, yuan.
--   final_expenditure        本年支出合计 of the final account, yuan.
--   deviation                Final less budgeted expenditure, yuan.
--   execution_percent        执行率: final in percent of budgeted expenditure, four places; null where that is not positive.
--   deviation_percent        偏离度: deviation in percent of budgeted expenditure, four places; null where that is not positive.
--   revenue_percent          Final in percent of budgeted revenue, four places; null where that is not positive.
--   budgeted_basic           基本支出 of the budget, yuan.
--   final_basic              基本支出 of the final account, yuan.
--   basic_percent            Final in percent of budgeted basic expenditure, four places; null where that is not positive.
--   budgeted_project         项目支出 of the budget, yuan.
--   final_project            项目支出 of the final account, yuan.
--   project_percent          Final in percent of budgeted project expenditure, four places; null where that is not positive.
--   budgeted_three_public    “三公”经费合计 of the budget, yuan.
--   final_three_public       “三公”经费合计 of the final account, yuan.
--   three_public_percent     Final in percent of budgeted “三公”经费, four places; null where that is not positive.
SELECT city, year, department, MIN(district) AS district, basis, COUNT(*) AS bodies,
  SUM(budgeted_revenue) AS budgeted_revenue, SUM(final_revenue) AS final_revenue,
  SUM(budgeted_expenditure) AS budgeted_expenditure, SUM(final_expenditure) AS final_expenditure,
  SUM(final_expenditure) - SUM(budgeted_expenditure) AS deviation,
  SUM(budgeted_basic) AS budgeted_basic, SUM(final_basic) AS final_basic,
  SUM(budgeted_project) AS budgeted_project, SUM(final_project) AS final_project,
  SUM(budgeted_three_public) AS budgeted_three_public, SUM(final_three_public) AS final_three_public
FROM (
  SELECT *, COALESCE(district, '') AS district_key FROM budget_against_final_account
) AS bodies
GROUP BY city, year, department, district_key, basis
