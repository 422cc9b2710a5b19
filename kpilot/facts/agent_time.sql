/* What agents did with their time on the phone, visible at :as_of: one row per call with the
   seconds it took (`handled_s`), and one per agent and hour with the seconds spent available and
   idle (`idle_s`), for the occupancy of specification §2.6.

   A state lasts until its end, or else until the agent's next state, and at most until :as_of; it
   is cut at quarters of an hour, on which the hours of every time zone begin. States known to the
   day have no seconds (`idle_s` NULL). `lacks_states`: a call of an agent on a day outside the
   states known of them, whose idle time is not known. */
WITH states AS (
  SELECT
    agent_id, source, load_id, state, from_at, from_on,
    COALESCE(from_on, CAST(from_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE)) AS day,
    LEAST(
      COALESCE(to_at, LEAD(from_at) OVER (PARTITION BY agent_id ORDER BY from_at), :as_of), :as_of
    ) AS until_at
  FROM agent_state
  WHERE from_at < :as_of OR from_on < :as_of_day
),
known AS (
  SELECT
    agent_id,
    MIN(day) AS first_on,
    MAX(COALESCE(
      CAST((until_at - INTERVAL '1' MICROSECOND) AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE), day
    )) AS last_on
  FROM states
  GROUP BY agent_id
),
known_all AS (
  SELECT MIN(first_on) AS first_on, MAX(last_on) AS last_on FROM known
),
idle AS (
  SELECT
    agent_id, source, load_id, day, from_at, until_at,
    CAST(FLOOR(EPOCH(from_at) / 900) AS BIGINT) AS first_quarter,
    CAST(CEIL(EPOCH(until_at) / 900) AS BIGINT) AS end_quarter
  FROM states
  WHERE state = 'available' AND from_at < until_at
),
digits AS (
  SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4
  UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9
),
numbers AS (
  SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d AS n
  FROM digits AS a
  CROSS JOIN digits AS b
  CROSS JOIN digits AS c
  CROSS JOIN digits AS e
  CROSS JOIN digits AS f
),
longest AS (
  SELECT COALESCE(MAX(end_quarter - first_quarter), 0) AS quarters FROM idle
),
steps AS (
  SELECT numbers.n FROM numbers CROSS JOIN longest WHERE numbers.n < longest.quarters
),
quarters AS (
  SELECT
    i.agent_id, i.source, i.load_id, i.from_at, i.until_at,
    TIMESTAMP '1970-01-01 00:00:00' + (i.first_quarter + s.n) * INTERVAL '15' MINUTE AS quarter_at
  FROM idle AS i
  JOIN steps AS s ON s.n < i.end_quarter - i.first_quarter
),
pieces AS (
  SELECT
    agent_id,
    source,
    load_id,
    CAST(quarter_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE) AS day,
    EXTRACT(HOUR FROM quarter_at AT TIME ZONE 'UTC' AT TIME ZONE :tz) AS local_hour,
    EPOCH(LEAST(until_at, quarter_at + INTERVAL '15' MINUTE))
      - EPOCH(GREATEST(from_at, quarter_at)) AS idle_s
  FROM quarters
),
time_spent AS (
  SELECT
    id, source, load_id, started_on AS day, hour_of_day,
    CASE WHEN call_agent_id = '(unassigned)' THEN NULL ELSE call_agent_id END AS agent_id,
    seconds AS handled_s,
    CAST(0 AS DOUBLE) AS idle_s,
    TRUE AS is_call
  FROM facts.call_unit
  WHERE outcome = 'answered' OR seconds IS NOT NULL
  UNION ALL
  SELECT
    agent_id, MAX(source), MAX(load_id), day, LPAD(CAST(local_hour AS VARCHAR), 2, '0'),
    agent_id, 0, SUM(idle_s), FALSE
  FROM pieces
  GROUP BY agent_id, day, local_hour
  UNION ALL
  SELECT agent_id, source, load_id, day, '(none)', agent_id, 0, NULL, FALSE
  FROM states
  WHERE state = 'available' AND from_at IS NULL
),
team_spans AS (
  SELECT * FROM facts.team_span
)
SELECT
  s.id,
  CAST(NULL AS VARCHAR) AS name,
  s.source,
  s.load_id,
  s.day AS worked_on,
  s.handled_s,
  s.idle_s,
  s.is_call AND COALESCE(
    s.day < COALESCE(k.first_on, CASE WHEN s.agent_id IS NULL THEN w.first_on END)
      OR s.day > COALESCE(k.last_on, CASE WHEN s.agent_id IS NULL THEN w.last_on END), TRUE
  ) AS lacks_states,
  s.handled_s IS NULL OR s.idle_s IS NULL AS lacks_seconds,
  s.hour_of_day,
  COALESCE(s.agent_id, '(unassigned)') AS first_agent_id,
  COALESCE(s.agent_id, '(unassigned)') AS call_agent_id,
  COALESCE(s.agent_id, '(unassigned)') AS current_agent_id,
  COALESCE(CASE WHEN t.agent_id IS NULL THEN g.team_id ELSE t.team_id END, '(none)')
    AS first_team_id,
  COALESCE(CASE WHEN t.agent_id IS NULL THEN g.team_id ELSE t.team_id END, '(none)')
    AS call_team_id,
  COALESCE(CASE WHEN n.agent_id IS NULL THEN g.team_id ELSE n.team_id END, '(none)')
    AS current_team_id
FROM time_spent AS s
CROSS JOIN known_all AS w
LEFT JOIN known AS k ON k.agent_id = s.agent_id
LEFT JOIN agent AS g ON g.id = s.agent_id
LEFT JOIN team_spans AS t ON t.agent_id = s.agent_id
  AND t.valid_from <= s.day AND s.day < t.valid_to
LEFT JOIN team_spans AS n ON n.agent_id = s.agent_id
  AND n.valid_from <= :last_day AND :last_day < n.valid_to
ORDER BY worked_on
