/* One row per customer and age at which something of its revenue first counts: what it brought
   since the age before, net of refunds on their dates (see ltv_cohort for the ages).

   A customer is n months old from the same day of the nth month after it became one; what came
   before that day counts with the first month. What came after the last age is left out. */
WITH booked AS (
  SELECT
    c.account_id,
    r.value_booked,
    r.has_amount AND r.value_booked IS NULL AS lacks_rate,
    12 * (EXTRACT(YEAR FROM r.booked_on) - EXTRACT(YEAR FROM c.became_customer_on))
      + EXTRACT(MONTH FROM r.booked_on) - EXTRACT(MONTH FROM c.became_customer_on)
      - CASE WHEN EXTRACT(DAY FROM r.booked_on) < EXTRACT(DAY FROM c.became_customer_on)
        THEN 1 ELSE 0 END AS month
  FROM facts.revenue AS r
  LEFT JOIN facts.account_anchor AS a ON a.account_id = r.account_id
  JOIN facts.customer AS c ON c.account_id = COALESCE(a.anchor_id, r.account_id)
),
aged AS (
  SELECT
    account_id,
    value_booked,
    lacks_rate,
    CASE
      WHEN month < 1 THEN 1 WHEN month < 12 THEN month + 1 WHEN month < 18 THEN 18
      WHEN month < 24 THEN 24 WHEN month < 36 THEN 36 WHEN month < 48 THEN 48
      WHEN month < 60 THEN 60
    END AS age
  FROM booked
)
SELECT
  account_id,
  age,
  CAST(COALESCE(SUM(value_booked), 0) AS DECIMAL(28, 8)) AS value,
  MAX(CASE WHEN lacks_rate THEN 1 ELSE 0 END) AS lacks_rate
FROM aged
WHERE age IS NOT NULL
GROUP BY account_id, age
