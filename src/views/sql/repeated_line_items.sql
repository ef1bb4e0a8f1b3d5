-- Rows of `line_items` of the disclosures that print a form in several tables, as far as they may count: few, but all that rule 3 has to look at.
--   document_id       The disclosure.
--   table_no          The table's number in it.
--   row_no            The row in that table.
--   form              The standard form.
--   side              `revenue` or `expenditure`.
--   row_kind          `item` or `total`.
--   classification    What the row is an account of.
--   account_code      The printed code.
--   account_name      The name, cleaned.
--   counterpart_name  The row's second account.
--   project_name      The project, in forms of projects.
--   item              Key of a standard line.
--   measure           What the column counts.
--   amount            Yuan.
SELECT document_id, table_no, row_no, form, side, row_kind, classification, account_code, account_name, counterpart_name, project_name, item, measure, amount
FROM line_items
WHERE document_id IN (
  SELECT document_id FROM counted_tables
  WHERE copies > 1
    AND form NOT IN ('project_expenditure', 'project_carryover', 'performance_target', 'performance_self_evaluation', 'procurement_catalogue', 'other')
)
