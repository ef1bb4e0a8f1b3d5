-- Checks of all disclosures by city and rule.
--   city            City of the bodies; null where it could not be told.
--   rule            The rule (docs/checks.md).
--   disclosures     Disclosures in which it was looked at.
--   passed          Checks that passed.
--   failed          Checks that failed.
--   notices         Checks worth a look.
--   not_applicable  Checks that could not be applied.
--   passed_percent  Passed of those that passed or failed, percent, four places; null where there is none.
WITH sums AS (
  SELECT COALESCE(city, '') AS city_key, rule, COUNT(DISTINCT document_id) AS disclosures, SUM(CASE WHEN status = 'pass' THEN 1 ELSE 0 END) AS passed,
    SUM(CASE WHEN status = 'fail' THEN 1 ELSE 0 END) AS failed, SUM(CASE WHEN status = 'notice' THEN 1 ELSE 0 END) AS notices,
    SUM(CASE WHEN status = 'not_applicable' THEN 1 ELSE 0 END) AS not_applicable
  FROM checks
  GROUP BY COALESCE(city, ''), rule
)
SELECT NULLIF(city_key, '') AS city, rule, disclosures, passed, failed, notices, not_applicable, passed + failed AS applied FROM sums
