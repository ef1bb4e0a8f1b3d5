-- What disclosures call a functional code, by city: over all cities, the most used name is the code's.
--   city          City of the bodies.
--   account_code  The code.
--   account_name  A name that is printed for it, cleaned.
--   uses          How often, in `functional_amounts`.
SELECT city, account_code, account_name, COUNT(*) AS uses
FROM functional_amounts
WHERE account_name <> ''
GROUP BY city, account_code, account_name
