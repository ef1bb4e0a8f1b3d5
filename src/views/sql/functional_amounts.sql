-- Functional rows of 支出总表 and 一般公共预算支出表 that count, as printed. A disclosure may leave levels out: `expenditure_by_function` fills them in.
--   document_id   The disclosure.
--   city          City of the body.
--   form          `expenditure` or `general_public_expenditure`.
--   level         1 (类), 2 (款), 3 (项).
--   account_code  Functional code: 3, 5 or 7 digits.
--   account_name  The name as printed, cleaned.
--   part          `amount` (the whole), `basic` or `project`.
--   amount        Yuan.
SELECT document_id, city, form, level, account_code, account_name, CASE WHEN is_whole THEN 'amount' ELSE measure END AS part, SUM(amount) AS amount
FROM counted_amounts
WHERE classification = 'functional' AND row_kind = 'item' AND level IS NOT NULL
  AND ((form = 'expenditure' AND (is_whole OR measure IN ('basic', 'project'))) OR (form = 'general_public_expenditure' AND is_whole))
GROUP BY document_id, city, form, level, account_code, account_name, CASE WHEN is_whole THEN 'amount' ELSE measure END
