/* One row per account that ever won, ordered, paid recurring revenue or is said to be a customer,
   visible at :as_of, with the day it became a customer when it did.

   Data model of the specification (account) and setting customer_source: the date supplied, else
   the earliest of the first won opportunity of type new (without a type: the account's first win),
   the first valid order, and the first day with recurring revenue. Agents: of the order that made
   it a customer, else of its win, else of its first order, else the account's. Channel: the
   account's first, else that of the win or order. */
WITH won AS (
  SELECT
    COALESCE(a.anchor_id, w.account_id) AS buyer_id,
    w.closed_at AS at, w.closed_on AS day, w.source, w.load_id, w.channel_id, w.campaign_id,
    w.first_agent_id, w.closed_agent_id AS won_agent_id, w.current_agent_id,
    w.first_team_id, w.closed_team_id AS won_team_id, w.current_team_id,
    NULLIF(o.type, '') AS type,
    ROW_NUMBER() OVER (
      PARTITION BY COALESCE(a.anchor_id, w.account_id)
      ORDER BY w.closed_on, COALESCE(w.closed_at,
        CAST(w.closed_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC'), w.id
    ) AS place
  FROM facts.opportunity AS w
  LEFT JOIN opportunity AS o ON o.id = w.id
  LEFT JOIN facts.account_anchor AS a ON a.account_id = w.account_id
  WHERE w.is_won AND w.closed_on IS NOT NULL AND w.account_id <> '(none)'
),
wins AS (
  SELECT
    *,
    COALESCE(type = 'new', place = 1) AS is_new,
    ROW_NUMBER() OVER (
      PARTITION BY buyer_id ORDER BY CASE WHEN COALESCE(type = 'new', place = 1) THEN 0 ELSE 1 END,
        place
    ) AS choice
  FROM won
),
orders AS (
  SELECT
    COALESCE(a.anchor_id, r.account_id) AS buyer_id,
    r.ordered_at AS at, r.ordered_on AS day, r.source, r.load_id, r.channel_id, r.campaign_id,
    r.first_agent_id, r.sold_agent_id AS won_agent_id, r.current_agent_id,
    r.first_team_id, r.sold_team_id AS won_team_id, r.current_team_id,
    ROW_NUMBER() OVER (
      PARTITION BY COALESCE(a.anchor_id, r.account_id) ORDER BY r.ordered_on, r.ordered_at, r.id
    ) AS choice
  FROM facts.order_net AS r
  LEFT JOIN facts.account_anchor AS a ON a.account_id = r.account_id
  WHERE r.order_rank = 1
),
paid AS (
  SELECT account_id AS buyer_id, MIN(valid_from) AS day
  FROM facts.mrr_span
  WHERE mrr > 0
  GROUP BY account_id
),
said AS (
  SELECT anchor_id AS buyer_id, MIN(became_customer_on) AS day, MIN(became_customer_at) AS at
  FROM facts.account_anchor
  WHERE became_customer_at < :as_of
    OR (became_customer_at IS NULL AND became_customer_on < :as_of_day)
  GROUP BY anchor_id
),
buyers AS (
  SELECT buyer_id FROM wins WHERE choice = 1
  UNION
  SELECT buyer_id FROM orders WHERE choice = 1
  UNION
  SELECT buyer_id FROM paid
  UNION
  SELECT buyer_id FROM said
),
candidates AS (
  SELECT
    b.buyer_id,
    s.day AS said_on,
    CASE WHEN :customer_source IN ('auto', 'opportunities') AND w.is_new THEN w.day END AS won_on,
    CASE WHEN :customer_source IN ('auto', 'orders') THEN o.day END AS ordered_on,
    CASE WHEN :customer_source IN ('auto', 'mrr') THEN p.day END AS paid_on,
    p.day AS first_paid_on,
    s.at AS said_at, w.at AS won_at, o.at AS ordered_at,
    w.buyer_id IS NOT NULL AS has_win,
    o.buyer_id IS NOT NULL AS has_order,
    w.source AS win_source, w.load_id AS win_load_id,
    o.source AS order_source, o.load_id AS order_load_id,
    w.channel_id AS win_channel_id, o.channel_id AS order_channel_id,
    w.campaign_id AS win_campaign_id,
    w.first_agent_id AS win_first_agent_id, w.won_agent_id AS win_agent_id,
    w.current_agent_id AS win_current_agent_id, w.first_team_id AS win_first_team_id,
    w.won_team_id AS win_team_id, w.current_team_id AS win_current_team_id,
    o.first_agent_id AS order_first_agent_id, o.won_agent_id AS order_agent_id,
    o.current_agent_id AS order_current_agent_id, o.first_team_id AS order_first_team_id,
    o.won_team_id AS order_team_id, o.current_team_id AS order_current_team_id
  FROM buyers AS b
  LEFT JOIN wins AS w ON w.buyer_id = b.buyer_id AND w.choice = 1
  LEFT JOIN orders AS o ON o.buyer_id = b.buyer_id AND o.choice = 1
  LEFT JOIN paid AS p ON p.buyer_id = b.buyer_id
  LEFT JOIN said AS s ON s.buyer_id = b.buyer_id
),
ends AS (
  SELECT
    *,
    LEAST(
      COALESCE(won_on, DATE '9999-12-31'),
      COALESCE(ordered_on, DATE '9999-12-31'),
      COALESCE(paid_on, DATE '9999-12-31')
    ) AS earliest_on
  FROM candidates
),
told AS (
  SELECT
    *,
    COALESCE(said_on, CASE WHEN earliest_on < DATE '9999-12-31' THEN earliest_on END)
      AS became_on,
    CASE
      WHEN said_on IS NOT NULL THEN 'said'
      WHEN earliest_on = DATE '9999-12-31' THEN NULL
      WHEN won_on = earliest_on THEN 'won'
      WHEN ordered_on = earliest_on THEN 'ordered'
      ELSE 'paid'
    END AS came_by
  FROM ends
),
credited AS (
  SELECT
    *,
    CASE
      WHEN came_by = 'ordered' THEN 'order'
      WHEN has_win THEN 'win'
      WHEN has_order THEN 'order'
      ELSE 'account'
    END AS credit
  FROM told
),
started AS (
  SELECT MIN(sign_on) AS first_on FROM facts.customer_day
),
team_spans AS (
  SELECT * FROM facts.team_span
)
SELECT
  t.buyer_id AS id,
  t.buyer_id AS account_id,
  a.name,
  COALESCE(a.source, t.win_source, t.order_source, 'file') AS source,
  COALESCE(a.load_id, t.win_load_id, t.order_load_id) AS load_id,
  t.became_on AS became_customer_on,
  CASE t.came_by WHEN 'said' THEN t.said_at WHEN 'won' THEN t.won_at
    WHEN 'ordered' THEN t.ordered_at END AS became_customer_at,
  t.came_by,
  t.first_paid_on,
  SUBSTRING(CAST(t.became_on AS VARCHAR), 1, 7) AS cohort_month,
  COALESCE(t.became_on < s.first_on + INTERVAL '12' MONTH, FALSE)
    AND NOT COALESCE(a.knows_age, FALSE) AS is_left_edge,
  COALESCE(a.knows_age, FALSE) AS knows_age,
  COALESCE(
    c.is_paid,
    c.kind = 'ads' OR LOWER(TRIM(c.name)) LIKE 'paid%' OR LOWER(TRIM(c.name)) IN ('display', 'ads'),
    FALSE
  ) AS is_paid,
  CASE t.credit WHEN 'win' THEN t.win_first_agent_id WHEN 'order' THEN t.order_first_agent_id
    ELSE COALESCE(a.owner_id, '(unassigned)') END AS first_agent_id,
  CASE t.credit WHEN 'win' THEN t.win_agent_id WHEN 'order' THEN t.order_agent_id
    ELSE COALESCE(a.owner_id, '(unassigned)') END AS won_agent_id,
  CASE t.credit WHEN 'win' THEN t.win_current_agent_id WHEN 'order' THEN t.order_current_agent_id
    ELSE COALESCE(a.owner_id, '(unassigned)') END AS current_agent_id,
  CASE t.credit WHEN 'win' THEN t.win_first_team_id WHEN 'order' THEN t.order_first_team_id
    ELSE COALESCE(CASE WHEN e.agent_id IS NULL THEN g.team_id ELSE e.team_id END, '(none)') END
    AS first_team_id,
  CASE t.credit WHEN 'win' THEN t.win_team_id WHEN 'order' THEN t.order_team_id
    ELSE COALESCE(CASE WHEN e.agent_id IS NULL THEN g.team_id ELSE e.team_id END, '(none)') END
    AS won_team_id,
  CASE t.credit WHEN 'win' THEN t.win_current_team_id WHEN 'order' THEN t.order_current_team_id
    ELSE COALESCE(CASE WHEN n.agent_id IS NULL THEN g.team_id ELSE n.team_id END, '(none)') END
    AS current_team_id,
  COALESCE(a.first_channel_id, CASE t.credit WHEN 'win' THEN t.win_channel_id
    WHEN 'order' THEN t.order_channel_id END, '(none)') AS channel_id,
  COALESCE(CASE WHEN t.credit = 'win' THEN t.win_campaign_id END, '(none)') AS campaign_id,
  COALESCE(a.segment, '(none)') AS segment,
  COALESCE(a.industry, '(none)') AS industry,
  COALESCE(a.country, '(none)') AS country
FROM credited AS t
CROSS JOIN started AS s
LEFT JOIN facts.account_anchor AS a ON a.account_id = t.buyer_id
LEFT JOIN channel AS c ON c.id = COALESCE(a.first_channel_id, CASE t.credit
  WHEN 'win' THEN t.win_channel_id WHEN 'order' THEN t.order_channel_id END)
LEFT JOIN agent AS g ON g.id = a.owner_id
LEFT JOIN team_spans AS e ON e.agent_id = a.owner_id
  AND e.valid_from <= COALESCE(t.became_on, t.first_paid_on)
  AND COALESCE(t.became_on, t.first_paid_on) < e.valid_to
LEFT JOIN team_spans AS n ON n.agent_id = a.owner_id
  AND n.valid_from <= :last_day AND :last_day < n.valid_to
WHERE COALESCE(a.is_live, TRUE)
ORDER BY became_customer_on
