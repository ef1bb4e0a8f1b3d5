-- Projects of a department over the years, by name. Names are the same but for the fiscal year in front of them (2023年党员教育培训 and 2024年党员教育培训).
--   city              City of the body.
--   department        The department (主管部门).
--   district          District or county, where the body is one's.
--   project           The project's name without the fiscal year in front of it.
--   year              Fiscal year.
--   stage             `budget` or `final_account`.
--   project_name      The name as printed, cleaned; the first in order of several.
--   basis             Whose disclosures list it, as in `department_year`.
--   entries           How often it is listed: more than 1 where units have a project of the same name each.
--   budget            What is planned for the year, yuan.
--   executed          What was spent, as self-evaluations say, yuan.
--   executed_percent  `executed` in percent of `budget`, four places; null where that is not positive.
--   years             Years of the stage in which the department lists it.
--   first_year        The first of them.
--   last_year         The last of them.
--   previous_budget   `budget` of the year before, yuan.
--   change            `budget` less `previous_budget`, yuan.
--   change_percent    Change in percent of `previous_budget`, four places; null where that is not positive.
WITH named AS (
  SELECT city, department, COALESCE(district, '') AS district_key, year, stage, basis, project_name, budget, executed,
    CASE
      WHEN LEFT(project_name, 6) = CAST(year AS VARCHAR) || '年度' THEN SUBSTR(project_name, 7)
      WHEN LEFT(project_name, 5) = CAST(year AS VARCHAR) || '年' THEN SUBSTR(project_name, 6)
      WHEN LEFT(project_name, 4) = CAST(year AS VARCHAR) THEN SUBSTR(project_name, 5)
      ELSE project_name
    END AS project
  FROM project_list
  WHERE project_name IS NOT NULL
),
sums AS (
  SELECT city, department, district_key, project, year, stage, MIN(project_name) AS project_name, MIN(basis) AS basis, COUNT(*) AS entries,
    SUM(budget) AS budget, SUM(executed) AS executed
  FROM named
  GROUP BY city, department, district_key, project, year, stage
),
spans AS (
  SELECT city, department, district_key, project, stage, COUNT(*) AS years, MIN(year) AS first_year, MAX(year) AS last_year
  FROM sums
  GROUP BY city, department, district_key, project, stage
),
before AS (
  SELECT city, department, district_key, project, stage, year + 1 AS next_year, budget AS previous_budget FROM sums
)
SELECT s.city, s.department, NULLIF(s.district_key, '') AS district, s.project, s.year, s.stage, s.project_name, s.basis, s.entries, s.budget, s.executed,
  y.years, y.first_year, y.last_year, b.previous_budget, s.budget - b.previous_budget AS change
FROM sums AS s
INNER JOIN spans AS y
  ON s.city = y.city AND s.department = y.department AND s.district_key = y.district_key AND s.project = y.project AND s.stage = y.stage
LEFT JOIN before AS b
  ON s.city = b.city AND s.department = b.department AND s.district_key = b.district_key AND s.project = b.project AND s.stage = b.stage
  AND s.year = b.next_year
