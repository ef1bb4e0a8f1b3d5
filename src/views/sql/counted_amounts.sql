-- An amount that counts: rows of `line_items` of counted tables, an account that several tables of a form print once. Of these, add up one form, one `level` or `item`, and one measure at a time.
--   document_id       The disclosure.
--   table_no          The table's number in it.
--   row_no            The row in that table.
--   city              City of the body.
--   year              Fiscal year.
--   department        The department (主管部门).
--   district          District or county, where the body is one's.
--   unit              The body whose figures the disclosure shows.
--   scope             `department` or `unit`.
--   basis             Whose figures stand for the department, as in `counted_tables`.
--   stage             `budget` or `final_account`.
--   form              The standard form.
--   side              `revenue` or `expenditure`.
--   row_kind          `item` (an account), `total` (a sum of accounts).
--   classification    What the row is an account of.
--   level             1 (类), 2 (款), 3 (项) by the digits of a functional or economic code; null for other rows.
--   account_code      The printed code; where an economic account is printed without, the code of its name, if only one account has that name.
--   account_name      The name, cleaned.
--   counterpart_name  The row's second account.
--   project_name      The project, in forms of projects.
--   item              Key of a standard line.
--   measure           What the column counts.
--   is_whole          Whether the column is the row's whole amount (`total`, `amount`, `final`) and not a part of it.
--   amount            Yuan.
WITH amounts AS (
  SELECT c.document_id, c.table_no, l.row_no, c.city, c.year, c.department, c.district, c.unit, c.scope, c.basis, c.stage, c.copies, l.form, l.side,
    l.row_kind, l.classification, COALESCE(l.account_code, e.account_code) AS account_code, l.account_name, l.counterpart_name, l.project_name, l.item,
    l.measure, l.amount
  FROM line_items AS l
  INNER JOIN counted_tables AS c ON l.document_id = c.document_id AND l.table_no = c.table_no
  LEFT JOIN economic_accounts AS e ON l.classification = e.classification AND REPLACE(REPLACE(l.account_name, '（', '('), '）', ')') = e.account_name
),
-- 3. A form is printed once; where it stands in several tables, an account counts from the first of them.
repeated AS (
  SELECT *, MIN(table_no) OVER (PARTITION BY document_id, form, side, row_kind, classification, account_name, item, measure) AS first_table
  FROM amounts
  WHERE copies > 1
    AND form NOT IN ('project_expenditure', 'project_carryover', 'performance_target', 'performance_self_evaluation', 'procurement_catalogue', 'other')
),
once AS (
  SELECT *, table_no AS first_table
  FROM amounts
  WHERE copies = 1
    OR form IN ('project_expenditure', 'project_carryover', 'performance_target', 'performance_self_evaluation', 'procurement_catalogue', 'other')
  UNION ALL
  SELECT * FROM repeated
)
SELECT document_id, table_no, row_no, city, year, department, district, unit, scope, basis, stage, form, side, row_kind, classification,
  CASE WHEN classification IN ('functional', 'economic_department', 'economic_government')
    THEN CASE WHEN LENGTH(account_code) = 3 THEN 1 WHEN LENGTH(account_code) = 5 THEN 2 WHEN LENGTH(account_code) = 7 THEN 3 END END AS level,
  account_code, account_name, counterpart_name, project_name, item, measure, measure IN ('total', 'amount', 'final') AS is_whole, amount
FROM once
WHERE table_no = first_table
