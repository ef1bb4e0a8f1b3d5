-- Self-evaluations of projects (绩效自评), by department and year.
--   city                     City of the body.
--   year                     Fiscal year.
--   department               The department (主管部门).
--   district                 District or county, where the body is one's.
--   basis                    Whose disclosures these are, as in `department_year`.
--   projects                 Projects that were evaluated.
--   scored                   Those with a score (总分).
--   average_score            Mean score, four places.
--   lowest_score             The lowest.
--   highest_score            The highest.
--   excellent                Projects graded 优.
--   good                     Projects graded 良.
--   medium                   Projects graded 中.
--   poor                     Projects graded 差.
--   budget                   全年预算数 of the projects, yuan.
--   executed                 全年执行数 of the projects, yuan.
--   execution_percent        `executed` in percent of `budget`, four places; null where that is not positive.
WITH evaluated AS (
  SELECT p.document_id, p.table_no, c.city, c.year, c.department, COALESCE(c.district, '') AS district_key, c.basis, p.total_score, p.grade
  FROM projects AS p
  INNER JOIN counted_tables AS c ON p.document_id = c.document_id AND p.table_no = c.table_no
  WHERE p.form = 'performance_self_evaluation'
),
scores AS (
  SELECT city, year, department, district_key, basis, COUNT(*) AS projects, COUNT(total_score) AS scored, SUM(total_score) AS score_sum,
    MIN(total_score) AS lowest_score, MAX(total_score) AS highest_score,
    SUM(CASE WHEN grade = '优' THEN 1 ELSE 0 END) AS excellent, SUM(CASE WHEN grade = '良' THEN 1 ELSE 0 END) AS good,
    SUM(CASE WHEN grade = '中' THEN 1 ELSE 0 END) AS medium, SUM(CASE WHEN grade = '差' THEN 1 ELSE 0 END) AS poor
  FROM evaluated
  GROUP BY city, year, department, district_key, basis
),
funds AS (
  SELECT city, year, department, COALESCE(district, '') AS district_key, basis,
    SUM(CASE WHEN measure = 'annual_budget' THEN amount END) AS budget, SUM(CASE WHEN measure = 'executed' THEN amount END) AS executed
  FROM counted_amounts
  WHERE form = 'performance_self_evaluation' AND item = 'funding_total'
  GROUP BY city, year, department, COALESCE(district, ''), basis
)
SELECT s.city, s.year, s.department, NULLIF(s.district_key, '') AS district, s.basis, s.projects, s.scored, s.score_sum, s.lowest_score, s.highest_score,
  s.excellent, s.good, s.medium, s.poor, f.budget, f.executed
FROM scores AS s
LEFT JOIN funds AS f
  ON s.city = f.city AND s.year = f.year AND s.department = f.department AND s.district_key = f.district_key AND s.basis = f.basis
