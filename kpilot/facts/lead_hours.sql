/* One row per lead anchor with the seconds of opening hours from its creation to its answer, or to
   where watching ended (variant `_bh` of the response time, specification §2.1).

   Hours are those of the first owner's team, else those given without a team; none on days that
   the calendar says are not worked. Opening seconds up to a moment are those of the days before it
   (`before_s`) and what of its own day has passed. Local clock time: the hour that the change of
   clocks takes or gives lies outside opening hours. `open_seconds` is NULL without hours or times. */
WITH digits AS (
  SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4
  UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9
),
numbers AS (
  SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d AS n
  FROM digits AS a
  CROSS JOIN digits AS b
  CROSS JOIN digits AS c
  CROSS JOIN digits AS e
),
first_day AS (
  SELECT MIN(created_on) AS day FROM facts.lead WHERE created_at IS NOT NULL
),
days AS (
  SELECT f.day + n.n AS day, 1 + MOD(f.day + n.n - DATE '1900-01-01', 7) AS weekday
  FROM first_day AS f
  JOIN numbers AS n ON f.day + n.n <= :as_of_date
),
clock AS (
  SELECT
    COALESCE(team_id, '') AS team_id,
    CAST(weekday AS INTEGER) AS weekday,
    3600 * CAST(SUBSTRING(from_time, 1, 2) AS INTEGER)
      + 60 * CAST(SUBSTRING(from_time, 4, 2) AS INTEGER) AS opens,
    CASE WHEN to_time LIKE '00:00%' THEN 86400
      ELSE 3600 * CAST(SUBSTRING(to_time, 1, 2) AS INTEGER)
        + 60 * CAST(SUBSTRING(to_time, 4, 2) AS INTEGER) END AS closes
  FROM business_hours
),
teams AS (
  SELECT DISTINCT team_id FROM clock
),
stretches AS (
  SELECT c.team_id, d.day, c.opens, c.closes
  FROM days AS d
  JOIN clock AS c ON c.weekday = d.weekday AND c.closes > c.opens
  LEFT JOIN calendar_day AS w ON w.date = d.day
  WHERE COALESCE(w.is_working, TRUE)
),
open_days AS (
  SELECT t.team_id, d.day, COALESCE(SUM(s.closes - s.opens), 0) AS open_s
  FROM teams AS t
  CROSS JOIN days AS d
  LEFT JOIN stretches AS s ON s.team_id = t.team_id AND s.day = d.day
  GROUP BY t.team_id, d.day
),
so_far AS (
  SELECT
    team_id,
    day,
    SUM(open_s) OVER (
      PARTITION BY team_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) - open_s AS before_s
  FROM open_days
),
watched AS (
  SELECT
    l.id,
    COALESCE(t.team_id, '') AS team_id,
    l.created_at AS from_at,
    CASE WHEN l.is_answered THEN l.touched_at
      WHEN l.disqualified_at > l.created_at THEN l.disqualified_at
      WHEN l.disqualified_at IS NOT NULL THEN l.created_at
      ELSE :as_of END AS until_at
  FROM facts.lead AS l
  LEFT JOIN teams AS t ON t.team_id = l.first_team_id
  WHERE l.response_is_known
),
ends AS (
  SELECT id, team_id, -1 AS sign, from_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS local_at
  FROM watched
  UNION ALL
  SELECT id, team_id, 1, until_at AT TIME ZONE 'UTC' AT TIME ZONE :tz
  FROM watched
),
placed AS (
  SELECT
    id, team_id, sign,
    CAST(local_at AS DATE) AS day,
    EPOCH(local_at) - EPOCH(CAST(CAST(local_at AS DATE) AS TIMESTAMP)) AS second_of_day
  FROM ends
),
whole_days AS (
  SELECT p.id, SUM(p.sign * s.before_s) AS seconds
  FROM placed AS p
  JOIN so_far AS s ON s.team_id = p.team_id AND s.day = p.day
  GROUP BY p.id
),
parts AS (
  SELECT
    p.id,
    SUM(p.sign * CASE WHEN p.second_of_day <= s.opens THEN 0
      WHEN p.second_of_day >= s.closes THEN s.closes - s.opens
      ELSE p.second_of_day - s.opens END) AS seconds
  FROM placed AS p
  JOIN stretches AS s ON s.team_id = p.team_id AND s.day = p.day
  GROUP BY p.id
)
SELECT
  l.id, l.name, l.source, l.load_id,
  l.created_at, l.created_on, l.created_is_proxy,
  w.seconds + COALESCE(p.seconds, 0) AS open_seconds,
  l.is_answered,
  l.first_agent_id, l.current_agent_id, l.first_team_id, l.current_team_id,
  l.account_id, l.product_id, l.channel_id, l.campaign_id, l.pipeline_id,
  l.segment, l.industry, l.country
FROM facts.lead AS l
LEFT JOIN whole_days AS w ON w.id = l.id
LEFT JOIN parts AS p ON p.id = l.id
ORDER BY l.created_on
