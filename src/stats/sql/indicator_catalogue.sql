-- Every performance indicator by name, category and unit. Both horizons of a project's form are one use.
--   indicator_name     三级指标.
--   dimension          一级指标.
--   category           二级指标.
--   target_unit        Unit of the target as printed; null where the target is no number.
--   uses               Projects that use it, in all years and stages.
--   departments        Departments among them.
--   cities             Cities among them.
--   first_year         The first year.
--   last_year          The last year.
--   smallest_target    The smallest target, as printed in `target_unit`.
--   largest_target     The largest target.
--   smallest_reached   The smallest value reached, in self-evaluations.
--   largest_reached    The largest value reached.
SELECT indicator_name, NULLIF(dimension_key, '') AS dimension, NULLIF(category_key, '') AS category, NULLIF(unit_key, '') AS target_unit,
  uses, departments, cities, first_year, last_year, smallest_target, largest_target, smallest_reached, largest_reached
FROM (
  SELECT indicator_name, COALESCE(dimension, '') AS dimension_key, COALESCE(category, '') AS category_key, COALESCE(target_unit, '') AS unit_key,
    SUM(uses) AS uses, SUM(departments) AS departments, COUNT(*) AS cities, MIN(first_year) AS first_year, MAX(last_year) AS last_year,
    MIN(smallest_target) AS smallest_target, MAX(largest_target) AS largest_target, MIN(smallest_reached) AS smallest_reached,
    MAX(largest_reached) AS largest_reached
  FROM indicator_uses
  GROUP BY indicator_name, COALESCE(dimension, ''), COALESCE(category, ''), COALESCE(target_unit, '')
) AS sums
