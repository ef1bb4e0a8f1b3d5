-- Budget and final account of a body, where both are there and count.
--   city                   City of the body.
--   year                   Fiscal year.
--   department             The department (主管部门).
--   district               District or county, where the body is one's.
--   unit                   The body whose figures these are.
--   basis                  Whose figures stand for the department, as in `counted_tables`.
--   budgeted_revenue       本年收入合计 of the budget, yuan.
--   final_revenue          本年收入合计 of the final account, yuan.
--   budgeted_expenditure   本年支出合计 of the budget, yuan.
--   final_expenditure      本年支出合计 of the final account, yuan.
--   budgeted_basic         基本支出 of the budget, yuan.
--   final_basic            基本支出 of the final account, yuan.
--   budgeted_project       项目支出 of the budget, yuan.
--   final_project          项目支出 of the final account, yuan.
--   budgeted_three_public  “三公”经费合计 of the budget, yuan.
--   final_three_public     “三公”经费合计 of the final account, yuan.
SELECT b.city, b.year, b.department, b.district, b.unit, b.basis,
  b.revenue_current AS budgeted_revenue, f.revenue_current AS final_revenue,
  b.expenditure_current AS budgeted_expenditure, f.expenditure_current AS final_expenditure,
  b.basic_expenditure AS budgeted_basic, f.basic_expenditure AS final_basic,
  b.project_expenditure AS budgeted_project, f.project_expenditure AS final_project,
  b.three_public_total AS budgeted_three_public, f.three_public_total AS final_three_public
FROM (SELECT *, COALESCE(district, '') AS district_key FROM body_figures WHERE stage = 'budget') AS b
INNER JOIN (SELECT *, COALESCE(district, '') AS district_key FROM body_figures WHERE stage = 'final_account') AS f
  ON b.city = f.city AND b.year = f.year AND b.department = f.department AND b.district_key = f.district_key AND b.unit = f.unit AND b.basis = f.basis
