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
WITH counted AS (
  SELECT * FROM counted_tables
),
once AS (
  SELECT l.document_id, l.table_no, l.row_no, l.city, l.year, l.department, c.district, c.unit, c.scope, c.basis, c.stage, l.form, l.side, l.row_kind,
    l.classification, l.account_code, l.account_name, l.counterpart_name, l.project_name, l.item, l.measure, l.amount
  FROM line_items AS l
  INNER JOIN counted AS c ON l.document_id = c.document_id AND l.table_no = c.table_no
  WHERE c.copies = 1
    OR c.form IN ('project_expenditure', 'project_carryover', 'performance_target', 'performance_self_evaluation', 'procurement_catalogue', 'other')
),
-- 3. A form is printed once; where it stands in several tables, an account counts from the first of them.
repeated AS (
  SELECT l.document_id, l.table_no, l.row_no, c.city, c.year, c.department, c.district, c.unit, c.scope, c.basis, c.stage, l.form, l.side, l.row_kind,
    l.classification, l.account_code, l.account_name, l.counterpart_name, l.project_name, l.item, l.measure, l.amount,
    MIN(l.table_no) OVER (PARTITION BY l.document_id, l.form, l.side, l.row_kind, l.classification, l.account_name, l.item, l.measure) AS first_table
  FROM repeated_line_items AS l
  INNER JOIN counted AS c ON l.document_id = c.document_id AND l.table_no = c.table_no
  WHERE c.copies > 1
    AND c.form NOT IN ('project_expenditure', 'project_carryover', 'performance_target', 'performance_self_evaluation', 'procurement_catalogue', 'other')
),
amounts AS (
  SELECT * FROM once
  UNION ALL
  SELECT document_id, table_no, row_no, city, year, department, district, unit, scope, basis, stage, form, side, row_kind, classification, account_code,
    account_name, counterpart_name, project_name, item, measure, amount
  FROM repeated
  WHERE table_no = first_table
),
coded AS (
  SELECT a.document_id, a.table_no, a.row_no, a.city, a.year, a.department, a.district, a.unit, a.scope, a.basis, a.stage, a.form, a.side, a.row_kind,
    a.classification, COALESCE(a.account_code, e.account_code) AS account_code, a.account_name, a.counterpart_name, a.project_name, a.item, a.measure,
    a.amount
  FROM amounts AS a
  LEFT JOIN economic_accounts AS e
    ON a.classification = e.classification AND CASE WHEN a.account_code IS NULL THEN REPLACE(REPLACE(a.account_name, '（', '('), '）', ')') END = e.account_name
)
SELECT document_id, table_no, row_no, city, year, department, district, unit, scope, basis, stage, form, side, row_kind, classification,
  CASE WHEN classification IN ('functional', 'economic_department', 'economic_government')
    THEN CASE WHEN LENGTH(account_code) = 3 THEN 1 WHEN LENGTH(account_code) = 5 THEN 2 WHEN LENGTH(account_code) = 7 THEN 3 END END AS level,
  account_code, account_name, counterpart_name, project_name, item, measure, measure IN ('total', 'amount', 'final') AS is_whole, amount
FROM coded
