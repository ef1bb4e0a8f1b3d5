-- Economic rows of 一般公共预算基本支出表 that count, as printed.
--   document_id     The disclosure.
--   city            City of the body.
--   classification  `economic_department` or `economic_government`.
--   level           1 (类), 2 (款).
--   account_code    Economic code: 3 or 5 digits.
--   account_name    The name as printed, cleaned.
--   amount          Basic expenditure, yuan.
SELECT document_id, city, classification, level, account_code, account_name, SUM(amount) AS amount
FROM counted_amounts
WHERE form = 'basic_expenditure' AND row_kind = 'item' AND is_whole AND level IN (1, 2)
  AND classification IN ('economic_department', 'economic_government')
GROUP BY document_id, city, classification, level, account_code, account_name
