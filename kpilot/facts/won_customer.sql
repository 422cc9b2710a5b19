/* One row per won opportunity that is not void, with what became of the customer it won
   (`cycle_vs_retention`, specification §2.10).

   `is_customer`: the win made the account a customer: its first win of type new, or without types
   its first. Judged :retention_days after the win. With recurring revenue (unless customer_source
   is orders) `is_kept` says whether it was in force then; without, whether a valid order came in
   the later half: after the share 180/365 of the days, up to the last. `is_known`: the data reach
   back to the days it is judged by; whether enough days have passed depends on the period asked.
   `value_first_year`: net value of the customer's orders in the 365 days from the win. */
WITH won AS (
  SELECT
    w.id,
    COALESCE(a.anchor_id, w.account_id) AS buyer_id,
    COALESCE(a.is_live, TRUE) AS is_live,
    NULLIF(o.type, '') AS type,
    ROW_NUMBER() OVER (
      PARTITION BY COALESCE(a.anchor_id, w.account_id)
      ORDER BY w.closed_on, COALESCE(w.closed_at,
        CAST(w.closed_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC'), w.id
    ) AS place
  FROM facts.opportunity AS w
  LEFT JOIN opportunity AS o ON o.id = w.id
  LEFT JOIN facts.account_anchor AS a ON a.account_id = w.account_id
  WHERE w.is_won AND NOT w.is_void AND w.closed_on IS NOT NULL
),
chosen AS (
  SELECT
    id, buyer_id,
    buyer_id <> '(none)' AND is_live AND COALESCE(type = 'new', place = 1) AND ROW_NUMBER() OVER (
      PARTITION BY buyer_id ORDER BY CASE WHEN COALESCE(type = 'new', place = 1) THEN 0 ELSE 1 END,
        place
    ) = 1 AS is_customer
  FROM won
),
begun AS (
  SELECT MIN(mrr_on) AS first_mrr_on, MIN(order_on) AS first_order_on,
    COUNT(mrr_on) > 0 AND :customer_source <> 'orders' AS is_contractual
  FROM facts.customer_day
),
customers AS (
  SELECT
    c.id, c.buyer_id, w.closed_on AS won_on,
    w.closed_on + CAST(:retention_days AS INTEGER) AS judged_on,
    w.closed_on + CAST(:retention_days * 180.0 / 365 AS INTEGER) AS silent_from
  FROM chosen AS c
  JOIN facts.opportunity AS w ON w.id = c.id
  WHERE c.is_customer
),
paying AS (
  SELECT DISTINCT c.id
  FROM customers AS c
  JOIN facts.customer_spell AS s ON s.account_id = c.buyer_id AND s.is_contractual
    AND s.started_on < c.judged_on AND c.judged_on <= s.valid_to
),
buying AS (
  SELECT DISTINCT c.id
  FROM customers AS c
  JOIN facts.order_day AS d ON d.account_id = c.buyer_id
    AND d.ordered_on > c.silent_from AND d.ordered_on <= c.judged_on
),
orders AS (
  SELECT COALESCE(a.anchor_id, o.account_id) AS buyer_id, o.ordered_on, o.value_ordered
  FROM facts.order_net AS o
  LEFT JOIN facts.account_anchor AS a ON a.account_id = o.account_id
  WHERE o.is_valid
),
bought AS (
  SELECT c.id, SUM(o.value_ordered) AS value
  FROM customers AS c
  JOIN orders AS o ON o.buyer_id = c.buyer_id
    AND o.ordered_on >= c.won_on AND o.ordered_on < c.won_on + 365
  GROUP BY c.id
)
SELECT
  w.id, w.name, w.source, w.load_id,
  w.closed_at AS won_at,
  w.closed_on AS won_on,
  w.closed_on,
  w.cycle_days,
  w.created_is_proxy,
  c.is_customer,
  COALESCE(CASE WHEN b.is_contractual THEN b.first_mrr_on < m.judged_on
    ELSE b.first_order_on <= m.silent_from + 1 END, FALSE) AS is_known,
  CASE WHEN b.is_contractual THEN p.id IS NOT NULL ELSE y.id IS NOT NULL END AS is_kept,
  c.is_customer AND COALESCE(w.closed_on + 365 <= :as_of_date, FALSE)
    AND COALESCE(b.first_order_on <= w.closed_on, FALSE) AS has_first_year,
  c.is_customer AND w.closed_on + 365 > :as_of_date AS is_first_year_immature,
  CAST(COALESCE(g.value, 0) AS DECIMAL(28, 8)) AS value_first_year,
  w.first_agent_id, w.closed_agent_id, w.current_agent_id,
  w.first_team_id, w.closed_team_id, w.current_team_id,
  w.account_id, w.product_id, w.channel_id, w.campaign_id, w.pipeline_id,
  w.segment, w.industry, w.country
FROM chosen AS c
CROSS JOIN begun AS b
JOIN facts.opportunity AS w ON w.id = c.id
LEFT JOIN customers AS m ON m.id = c.id
LEFT JOIN paying AS p ON p.id = c.id
LEFT JOIN buying AS y ON y.id = c.id
LEFT JOIN bought AS g ON g.id = c.id
ORDER BY won_on
