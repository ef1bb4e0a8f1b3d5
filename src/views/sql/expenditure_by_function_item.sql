-- Expenditure of a department by functional item (项), the finest level: rows may be added up.
--   city                   City of the body.
--   year                   Fiscal year.
--   department             The department (主管部门).
--   district               District or county, where the body is one's.
--   basis                  Whose figures stand for the department, as in `counted_tables`.
--   stage                  `budget` or `final_account`.
--   account_code           Functional code, 7 digits.
--   parent_code            The code of its group (款).
--   account_name           The name that most disclosures print for the code.
--   amount                 Whole expenditure (支出总表, 支出决算表), yuan.
--   basic                  Of it basic expenditure (基本支出), yuan.
--   project                Of it project expenditure (项目支出), yuan.
--   general_public_amount  Expenditure from the general public budget (一般公共预算支出表), yuan.
SELECT city, year, department, district, basis, stage, account_code, parent_code, account_name, amount, basic, project, general_public_amount
FROM expenditure_by_function
WHERE level = 3
