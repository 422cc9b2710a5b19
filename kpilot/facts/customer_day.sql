/* One row per kind of date and date on which something was closed, ordered or changed in recurring
   revenue: what the figures of customers cover (rules G3, G7).

   sign_on   dates of the sources that can make a customer (setting customer_source)
   spell_on  dates of the source that says who still is one: recurring revenue, else orders
   mrr_on    dates of recurring revenue, which holds until the last day seen
   order_on  dates of orders */
WITH mrr_days AS (
  SELECT valid_from AS day FROM facts.mrr_span
  UNION
  SELECT valid_to FROM facts.mrr_span WHERE valid_to < :as_of_day
),
mrr_all AS (
  SELECT day FROM mrr_days
  UNION
  SELECT :last_day AS day FROM mrr_days WHERE day <= :last_day
),
contract AS (
  SELECT COUNT(*) > 0 AND :customer_source <> 'orders' AS is_contractual FROM mrr_days
),
order_days AS (
  SELECT DISTINCT ordered_on AS day FROM facts.order_net WHERE ordered_on IS NOT NULL
),
closing_days AS (
  SELECT closed_on AS day FROM facts.opportunity WHERE closed_on IS NOT NULL
  UNION
  SELECT became_customer_on FROM facts.account_anchor
  WHERE became_customer_on < :as_of_day
)
SELECT
  m.day AS mrr_on,
  CASE WHEN :customer_source IN ('auto', 'mrr') THEN m.day END AS sign_on,
  CASE WHEN c.is_contractual THEN m.day END AS spell_on,
  CAST(NULL AS DATE) AS order_on
FROM mrr_all AS m
CROSS JOIN contract AS c
UNION ALL
SELECT
  CAST(NULL AS DATE),
  CASE WHEN :customer_source IN ('auto', 'orders') THEN o.day END,
  CASE WHEN NOT c.is_contractual THEN o.day END,
  o.day
FROM order_days AS o
CROSS JOIN contract AS c
UNION ALL
SELECT CAST(NULL AS DATE), day, CAST(NULL AS DATE), CAST(NULL AS DATE)
FROM closing_days
WHERE :customer_source IN ('auto', 'opportunities')
