-- Reasons of rejects, each with its first rows.
WITH located AS (
  SELECT path, severity, code, message, COALESCE(line, 0) AS line_key, COALESCE(page, 0) AS page_key, sheet, COALESCE(excerpt, '') AS excerpt
  FROM rejects
),
counted AS (
  SELECT severity, code, COUNT(*) AS rejects_all, COUNT(DISTINCT path) AS files FROM located GROUP BY severity, code
),
ranked AS (
  SELECT path, severity, code, message, line_key, page_key, sheet, excerpt,
    ROW_NUMBER() OVER (PARTITION BY severity, code ORDER BY path, page_key, line_key, message, excerpt) AS place
  FROM located
)
SELECT r.severity, r.code, c.rejects_all, c.files, r.path, r.message, r.line_key AS line, r.page_key AS page, r.sheet, r.excerpt, r.place
FROM ranked AS r
INNER JOIN counted AS c ON r.severity = c.severity AND r.code = c.code
WHERE r.place <= 5
