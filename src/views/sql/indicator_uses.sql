-- Performance indicators of a city by name, category and unit. Both horizons of a project's form are one use.
--   city              City of the bodies.
--   indicator_name    三级指标.
--   dimension         一级指标.
--   category          二级指标.
--   target_unit       Unit of the target as printed; null where the target is no number.
--   uses              Projects that use it, in all years and stages.
--   departments       Departments among them.
--   first_year        The first year.
--   last_year         The last year.
--   smallest_target   The smallest target, as printed in `target_unit`.
--   largest_target    The largest target.
--   smallest_reached  The smallest value reached, in self-evaluations.
--   largest_reached   The largest value reached.
WITH uses AS (
  SELECT DISTINCT document_id, project_no, city, year, department, indicator_name, COALESCE(dimension, '') AS dimension_key,
    COALESCE(category, '') AS category_key, COALESCE(target_unit, '') AS unit_key
  FROM indicator_list
),
counted AS (
  SELECT city, indicator_name, dimension_key, category_key, unit_key, COUNT(*) AS uses, COUNT(DISTINCT department) AS departments,
    MIN(year) AS first_year, MAX(year) AS last_year
  FROM uses
  GROUP BY city, indicator_name, dimension_key, category_key, unit_key
),
ranges AS (
  SELECT city, indicator_name, COALESCE(dimension, '') AS dimension_key, COALESCE(category, '') AS category_key, COALESCE(target_unit, '') AS unit_key,
    MIN(target_value) AS smallest_target, MAX(target_value) AS largest_target, MIN(actual_value) AS smallest_reached, MAX(actual_value) AS largest_reached
  FROM indicator_list
  GROUP BY city, indicator_name, COALESCE(dimension, ''), COALESCE(category, ''), COALESCE(target_unit, '')
)
SELECT c.city, c.indicator_name, NULLIF(c.dimension_key, '') AS dimension, NULLIF(c.category_key, '') AS category, NULLIF(c.unit_key, '') AS target_unit,
  c.uses, c.departments, c.first_year, c.last_year, r.smallest_target, r.largest_target, r.smallest_reached, r.largest_reached
FROM counted AS c
INNER JOIN ranges AS r
  ON c.city = r.city AND c.indicator_name = r.indicator_name AND c.dimension_key = r.dimension_key AND c.category_key = r.category_key
  AND c.unit_key = r.unit_key
