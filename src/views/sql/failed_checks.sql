-- What does not add up, with the disclosure and the lines where the figures stand.
--   city         City of the body.
--   year         Fiscal year.
--   department   The department (主管部门).
--   path         Path of the disclosure.
--   document_id  The disclosure.
--   stage        `budget` or `final_account`.
--   rule         The rule.
--   form         The form of the left figure.
--   subject      What the figures are of.
--   measure      The measure of the left figure.
--   left_figure  The left figure.
--   right_figure The right figure.
--   difference   Left less right.
--   tolerance    How far they may differ.
--   line         Line of the left figure.
--   right_line   Line of the right figure.
--   message      One sentence with both.
SELECT d.city, d.year, d.department, d.path, c.document_id, c.stage, c.rule, c.form, c.subject, c.measure, c."left" AS left_figure, c."right" AS right_figure,
  c.difference, c.tolerance, c.line, c.right_line, c.message
FROM checks AS c
INNER JOIN documents AS d ON c.document_id = d.document_id
WHERE c.status = 'fail'
