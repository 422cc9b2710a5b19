/* One row per survey answer visible at :as_of (`csat`, `nps`: specification §2.10).

   Satisfaction is asked from 1 to 5, recommendation from 0 to 10. Where a source gives a score of
   one kind that its scale has not, it asks on another scale: none of its answers of that kind can
   be read (`is_off_scale`). The agent is the account's owner. */
WITH answers AS (
  SELECT
    s.*,
    COALESCE(s.at_on, CAST(s.at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE)) AS day,
    MIN(s.score) OVER (PARTITION BY s.source, s.kind) AS lowest,
    MAX(s.score) OVER (PARTITION BY s.source, s.kind) AS highest
  FROM survey_response AS s
  WHERE (s.at < :as_of OR s.at_on < :as_of_day)
    AND s.score IS NOT NULL
    AND COALESCE(s.is_test, FALSE) = FALSE
    AND s.merged_into_id IS NULL
    AND (s.deleted_at IS NULL OR s.deleted_at >= :as_of)
    AND (s.deleted_on IS NULL OR s.deleted_on >= :as_of_day)
),
team_spans AS (
  SELECT * FROM facts.team_span
)
SELECT
  s.id,
  CAST(NULL AS VARCHAR) AS name,
  s.source,
  s.load_id,
  s.day AS answered_on,
  s.score,
  COALESCE(s.kind = 'csat', FALSE) AS is_csat,
  COALESCE(s.kind = 'nps', FALSE) AS is_nps,
  s.score >= 4 AS is_satisfied,
  CASE WHEN s.score >= 9 THEN 1 WHEN s.score <= 6 THEN -1 ELSE 0 END AS promotion,
  COALESCE(s.kind = 'csat' AND (s.lowest < 1 OR s.highest > 5), FALSE)
    OR COALESCE(s.kind = 'nps' AND (s.lowest < 0 OR s.highest > 10), FALSE) AS is_off_scale,
  COALESCE(a.owner_id, '(unassigned)') AS first_agent_id,
  COALESCE(a.owner_id, '(unassigned)') AS owner_agent_id,
  COALESCE(a.owner_id, '(unassigned)') AS current_agent_id,
  COALESCE(CASE WHEN t.agent_id IS NULL THEN g.team_id ELSE t.team_id END, '(none)')
    AS first_team_id,
  COALESCE(CASE WHEN t.agent_id IS NULL THEN g.team_id ELSE t.team_id END, '(none)')
    AS owner_team_id,
  COALESCE(CASE WHEN n.agent_id IS NULL THEN g.team_id ELSE n.team_id END, '(none)')
    AS current_team_id,
  COALESCE(s.account_id, '(none)') AS account_id,
  COALESCE(a.first_channel_id, '(none)') AS channel_id,
  COALESCE(a.segment, '(none)') AS segment,
  COALESCE(a.industry, '(none)') AS industry,
  COALESCE(a.country, '(none)') AS country
FROM answers AS s
LEFT JOIN account AS a ON a.id = s.account_id
LEFT JOIN agent AS g ON g.id = a.owner_id
LEFT JOIN team_spans AS t ON t.agent_id = a.owner_id
  AND t.valid_from <= s.day AND s.day < t.valid_to
LEFT JOIN team_spans AS n ON n.agent_id = a.owner_id
  AND n.valid_from <= :last_day AND :last_day < n.valid_to
ORDER BY answered_on
