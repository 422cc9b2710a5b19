/* One row per owner of a lead and the time it was theirs, as far as visible at :as_of.

   As `owner_span` for opportunities. Owners of a lead merged into another are not that one's: it
   keeps its own (rule G9). `charged_id` is who is in charge by rule G16: after a queue or system user the next
   human owner, NULL when none came. */
WITH steps AS (
  SELECT
    h.lead_id,
    h.agent_id,
    h.load_id,
    h.at IS NULL AS is_day,
    CASE WHEN h.agent_id IS NOT NULL AND COALESCE(a.kind, 'human') = 'human' THEN 1 ELSE 0 END
      AS is_human,
    COALESCE(h.at, CAST(h.at_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC') AS moment
  FROM lead_owner_history AS h
  JOIN facts.lead_anchor AS l ON l.lead_id = h.lead_id AND l.survivor_id = l.lead_id
  LEFT JOIN agent AS a ON a.id = h.agent_id
  WHERE h.at < :as_of OR h.at_on < :as_of_day
),
marks AS (
  SELECT
    lead_id,
    agent_id,
    is_human,
    moment,
    ROW_NUMBER() OVER changes AS step,
    LEAD(moment) OVER changes AS next_moment,
    SUM(is_human) OVER (
      PARTITION BY lead_id ORDER BY moment, load_id, is_day DESC
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS humans
  FROM steps
  WINDOW changes AS (PARTITION BY lead_id ORDER BY moment, load_id, is_day DESC)
)
SELECT
  m.lead_id,
  m.agent_id AS owner_id,
  CASE WHEN m.is_human = 1 THEN m.agent_id ELSE n.agent_id END AS charged_id,
  CASE WHEN m.step = 1 THEN TIMESTAMP '0001-01-01 00:00:00' ELSE m.moment END AS valid_from,
  COALESCE(m.next_moment, TIMESTAMP '9999-12-31 00:00:00') AS valid_to,
  m.is_human = 1 AND m.humans = 1 AS is_first_human,
  m.next_moment IS NULL AS is_last
FROM marks AS m
LEFT JOIN marks AS n ON m.is_human = 0 AND m.agent_id IS NOT NULL
  AND n.lead_id = m.lead_id AND n.is_human = 1 AND n.humans = m.humans + 1
