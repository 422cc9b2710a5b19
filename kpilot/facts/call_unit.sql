/* One row per call that started before :as_of (specification §2.6).

   `is_offered`: inbound, and not hung up within :short_abandon_s seconds of waiting. A callback or
   a voicemail is neither answered nor abandoned. `seconds` is what the call took of its agent, NULL
   when its conversation is not known. A length below zero is not known. `queue_agent_id` is nobody:
   a call that was given up reached no agent. `hour_of_day` is on the organisation's clock. */
WITH calls AS (
  SELECT
    c.*,
    COALESCE(c.started_on, CAST(c.started_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE)) AS day,
    c.direction = 'inbound' AS is_in,
    c.outcome = 'answered' AS is_answer,
    c.outcome = 'abandoned' AS is_given_up,
    CASE WHEN c.wait_s >= 0 THEN c.wait_s END AS waited_s,
    c.outcome = 'abandoned'
      AND COALESCE(c.wait_s >= 0 AND c.wait_s < :short_abandon_s, FALSE) AS is_short
  FROM call AS c
  WHERE (c.started_at < :as_of OR c.started_on < :as_of_day)
    AND COALESCE(c.is_test, FALSE) = FALSE
    AND c.merged_into_id IS NULL
    AND (c.deleted_at IS NULL OR c.deleted_at >= :as_of)
    AND (c.deleted_on IS NULL OR c.deleted_on >= :as_of_day)
),
team_spans AS (
  SELECT * FROM facts.team_span
)
SELECT
  c.id,
  CAST(NULL AS VARCHAR) AS name,
  c.source,
  c.load_id,
  c.started_at,
  c.day AS started_on,
  c.direction,
  c.outcome,
  c.is_in AND NOT c.is_short AS is_offered,
  c.is_in AND c.is_short AS is_short_abandon,
  c.is_in AND c.is_answer AS is_answered,
  c.is_in AND c.is_given_up AND NOT c.is_short AS is_abandoned,
  c.is_in AND c.is_answer AND c.waited_s IS NULL AS lacks_wait,
  NOT c.is_in AS is_attempt,
  NOT c.is_in AND c.is_answer AS is_connected,
  c.waited_s AS wait_s,
  CASE WHEN c.talk_s >= 0 THEN c.talk_s END
    + CASE WHEN c.hold_s >= 0 THEN c.hold_s ELSE 0 END
    + CASE WHEN c.wrap_s >= 0 THEN c.wrap_s ELSE 0 END AS seconds,
  COALESCE(c.queue, '(none)') AS queue,
  CASE WHEN c.started_at IS NULL THEN '(none)' ELSE LPAD(CAST(
    EXTRACT(HOUR FROM c.started_at AT TIME ZONE 'UTC' AT TIME ZONE :tz) AS VARCHAR), 2, '0')
  END AS hour_of_day,
  COALESCE(c.agent_id, '(unassigned)') AS first_agent_id,
  COALESCE(c.agent_id, '(unassigned)') AS call_agent_id,
  COALESCE(c.agent_id, '(unassigned)') AS current_agent_id,
  '(unassigned)' AS queue_agent_id,
  COALESCE(CASE WHEN t.agent_id IS NULL THEN g.team_id ELSE t.team_id END, '(none)')
    AS first_team_id,
  COALESCE(CASE WHEN t.agent_id IS NULL THEN g.team_id ELSE t.team_id END, '(none)')
    AS call_team_id,
  COALESCE(CASE WHEN t.agent_id IS NULL THEN g.team_id ELSE t.team_id END, '(none)')
    AS queue_team_id,
  COALESCE(CASE WHEN n.agent_id IS NULL THEN g.team_id ELSE n.team_id END, '(none)')
    AS current_team_id,
  COALESCE(c.account_id, l.account_id, '(none)') AS account_id,
  COALESCE(l.channel_id, a.first_channel_id, '(none)') AS channel_id,
  COALESCE(l.campaign_id, '(none)') AS campaign_id,
  COALESCE(a.segment, '(none)') AS segment,
  COALESCE(a.industry, '(none)') AS industry,
  COALESCE(a.country, '(none)') AS country
FROM calls AS c
LEFT JOIN lead AS l ON l.id = c.lead_id
LEFT JOIN account AS a ON a.id = COALESCE(c.account_id, l.account_id)
LEFT JOIN agent AS g ON g.id = c.agent_id
LEFT JOIN team_spans AS t ON t.agent_id = c.agent_id
  AND t.valid_from <= c.day AND c.day < t.valid_to
LEFT JOIN team_spans AS n ON n.agent_id = c.agent_id
  AND n.valid_from <= :last_day AND :last_day < n.valid_to
ORDER BY started_on
