/* One row per (message, recipient) with an event visible at :as_of (specification §2.5).

   Dated by its sending, or else by the first event known. It was sent and delivered when the source
   says so; where a source never gives the event sent, a delivery or a bounce stands for it, and
   where it never gives the event delivered, what was sent and has not bounced is taken to be
   (`delivered_is_assumed`). A click or a reply implies an open. Clicks and replies of machines are
   neither clicks nor replies but opens by a machine; `is_machine_opened`: nothing but machines
   opened it. `knows_machines`: its source tells machines from people. An address is one however it
   is written; the account is that of the contact who has it. */
WITH events AS (
  SELECT
    source, load_id, message_id, event, campaign_id, agent_id,
    LOWER(TRIM(recipient)) AS recipient,
    at AS moment_at,
    COALESCE(at_on, CAST(at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE)) AS day,
    COALESCE(is_machine, FALSE) AS is_machine,
    is_machine IS NOT NULL AS says_machine
  FROM email_event
  WHERE at < :as_of OR at_on < :as_of_day
),
sources AS (
  SELECT
    source,
    MAX(CASE WHEN event = 'sent' THEN 1 ELSE 0 END) = 1 AS knows_sent,
    MAX(CASE WHEN event = 'delivered' THEN 1 ELSE 0 END) = 1 AS knows_delivered,
    MAX(CASE WHEN says_machine THEN 1 ELSE 0 END) = 1 AS knows_machines
  FROM events
  GROUP BY source
),
units AS (
  SELECT
    source,
    message_id,
    recipient,
    MAX(load_id) AS load_id,
    MIN(CASE WHEN event = 'sent' THEN day END) AS said_on,
    MIN(day) AS first_on,
    COALESCE(MIN(CASE WHEN event = 'sent' THEN agent_id END), MIN(agent_id)) AS agent_id,
    COALESCE(MIN(CASE WHEN event = 'sent' THEN campaign_id END), MIN(campaign_id)) AS campaign_id,
    MAX(CASE WHEN event = 'sent' THEN 1 ELSE 0 END) = 1 AS has_sent,
    MAX(CASE WHEN event = 'delivered' THEN 1 ELSE 0 END) = 1 AS has_delivered,
    MAX(CASE WHEN event = 'bounced' THEN 1 ELSE 0 END) = 1 AS is_bounced,
    MAX(CASE WHEN event IN ('opened', 'clicked', 'replied') THEN 1 ELSE 0 END) = 1 AS is_opened,
    MAX(CASE WHEN event IN ('opened', 'clicked', 'replied') AND NOT is_machine THEN 1 ELSE 0 END)
      = 1 AS is_human_opened,
    MAX(CASE WHEN event = 'clicked' AND NOT is_machine THEN 1 ELSE 0 END) = 1 AS is_clicked,
    MAX(CASE WHEN event = 'replied' AND NOT is_machine THEN 1 ELSE 0 END) = 1 AS is_replied,
    MAX(CASE WHEN event = 'unsubscribed' THEN 1 ELSE 0 END) = 1 AS is_unsubscribed
  FROM events
  GROUP BY source, message_id, recipient
),
settled AS (
  SELECT
    u.*,
    COALESCE(u.said_on, u.first_on) AS sent_on,
    u.has_sent OR (NOT s.knows_sent AND (u.has_delivered OR u.is_bounced)) AS is_sent,
    CASE WHEN s.knows_delivered THEN u.has_delivered ELSE u.has_sent AND NOT u.is_bounced END
      AS is_delivered,
    NOT s.knows_delivered AS delivered_is_assumed,
    s.knows_machines,
    u.recipient AS address
  FROM units AS u
  JOIN sources AS s ON s.source = u.source
),
people AS (
  SELECT LOWER(TRIM(email)) AS address, MIN(account_id) AS account_id
  FROM contact
  WHERE email IS NOT NULL AND account_id IS NOT NULL AND merged_into_id IS NULL
  GROUP BY LOWER(TRIM(email))
),
team_spans AS (
  SELECT * FROM facts.team_span
)
SELECT
  u.message_id AS id,
  u.recipient AS name,
  u.source,
  u.load_id,
  u.sent_on,
  u.is_sent,
  u.is_delivered,
  u.is_bounced,
  u.is_opened,
  u.is_human_opened,
  u.is_opened AND NOT u.is_human_opened AS is_machine_opened,
  u.is_clicked,
  u.is_replied,
  u.is_unsubscribed,
  u.knows_machines,
  u.delivered_is_assumed,
  COALESCE(u.agent_id, '(unassigned)') AS first_agent_id,
  COALESCE(u.agent_id, '(unassigned)') AS sent_agent_id,
  COALESCE(u.agent_id, '(unassigned)') AS current_agent_id,
  COALESCE(CASE WHEN t.agent_id IS NULL THEN g.team_id ELSE t.team_id END, '(none)')
    AS first_team_id,
  COALESCE(CASE WHEN t.agent_id IS NULL THEN g.team_id ELSE t.team_id END, '(none)')
    AS sent_team_id,
  COALESCE(CASE WHEN n.agent_id IS NULL THEN g.team_id ELSE n.team_id END, '(none)')
    AS current_team_id,
  COALESCE(p.account_id, '(none)') AS account_id,
  COALESCE(c.channel_id, '(none)') AS channel_id,
  COALESCE(u.campaign_id, '(none)') AS campaign_id,
  COALESCE(a.segment, '(none)') AS segment,
  COALESCE(a.industry, '(none)') AS industry,
  COALESCE(a.country, '(none)') AS country
FROM settled AS u
LEFT JOIN people AS p ON p.address = u.address
LEFT JOIN account AS a ON a.id = p.account_id
LEFT JOIN campaign AS c ON c.id = u.campaign_id
LEFT JOIN agent AS g ON g.id = u.agent_id
LEFT JOIN team_spans AS t ON t.agent_id = u.agent_id
  AND t.valid_from <= u.sent_on AND u.sent_on < t.valid_to
LEFT JOIN team_spans AS n ON n.agent_id = u.agent_id
  AND n.valid_from <= :last_day AND :last_day < n.valid_to
ORDER BY sent_on
