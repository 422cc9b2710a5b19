/* One row per account and unbroken time as a customer, as known at :as_of (specification §2.8).

   Contractual: stretches with recurring revenue; a gap of at most :gap_grace_days that closed
   again belongs to the spell. Otherwise: each valid order makes a customer for the 365 days after
   it. `is_counted`: spells of the kind that says who is a customer: recurring revenue if there is
   any (unless customer_source is orders), else orders. Active at the last instant before a day t:
   `started_on < t AND t <= valid_to`. `ended_on` is NULL while it lasts; `lost_month_on`: first
   day of the month that began with this customer and ended without. */
WITH stretches AS (
  SELECT account_id, TRUE AS is_contractual, valid_from, valid_to, :gap_grace_days AS grace
  FROM facts.mrr_span
  WHERE mrr > 0
  UNION ALL
  SELECT DISTINCT COALESCE(a.anchor_id, r.account_id), FALSE, r.ordered_on, r.ordered_on + 365, 0
  FROM facts.order_net AS r
  LEFT JOIN facts.account_anchor AS a ON a.account_id = r.account_id
  WHERE r.order_rank IS NOT NULL AND COALESCE(a.is_live, TRUE)
    AND (:customer_source = 'orders' OR NOT EXISTS (SELECT 1 FROM facts.mrr_span))
),
follows AS (
  SELECT
    *,
    MAX(valid_to) OVER (
      PARTITION BY account_id, is_contractual ORDER BY valid_from, valid_to
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS held_to
  FROM stretches
),
numbered AS (
  SELECT
    *,
    SUM(CASE WHEN held_to IS NULL OR valid_from - grace > held_to THEN 1 ELSE 0 END) OVER (
      PARTITION BY account_id, is_contractual ORDER BY valid_from, valid_to
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS number
  FROM follows
),
spells AS (
  SELECT
    account_id, is_contractual, number,
    MIN(valid_from) AS started_on,
    MAX(valid_to) AS valid_to
  FROM numbered
  GROUP BY account_id, is_contractual, number
),
months AS (
  SELECT
    *,
    CAST(DATE_TRUNC('month', valid_to) AS DATE) AS month_on,
    CAST(DATE_TRUNC('month', valid_to) + INTERVAL '1' MONTH AS DATE) AS next_month_on
  FROM spells
  WHERE valid_to < :as_of_day
),
losses AS (
  SELECT m.account_id, m.is_contractual, m.number, m.month_on
  FROM months AS m
  LEFT JOIN spells AS s
    ON s.account_id = m.account_id AND s.is_contractual = m.is_contractual
    AND s.started_on < m.next_month_on AND m.next_month_on <= s.valid_to
  WHERE m.started_on < m.month_on AND s.account_id IS NULL
)
SELECT
  s.account_id AS id,
  b.name, b.source, b.load_id,
  s.started_on,
  CASE WHEN s.valid_to < :as_of_day THEN s.valid_to END AS ended_on,
  s.valid_to,
  l.month_on AS lost_month_on,
  s.number,
  s.number > 1 AS is_return,
  s.is_contractual,
  s.is_contractual = (:customer_source <> 'orders' AND EXISTS (SELECT 1 FROM facts.mrr_span))
    AS is_counted,
  b.first_agent_id, b.won_agent_id, b.current_agent_id,
  b.first_team_id, b.won_team_id, b.current_team_id,
  s.account_id, b.cohort_month, b.channel_id, b.campaign_id, b.segment, b.industry, b.country
FROM spells AS s
JOIN facts.buyer AS b ON b.account_id = s.account_id
LEFT JOIN losses AS l ON l.account_id = s.account_id AND l.is_contractual = s.is_contractual
  AND l.number = s.number
ORDER BY started_on
