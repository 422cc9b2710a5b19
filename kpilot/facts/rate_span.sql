/* One row per exchange rate into or out of :currency, with the days it may be used for (rule G5).

   From its date until the next one of the same pair, and no longer than the setting allows.
   `is_inverse` rows come from the pair the other way round; a direct rate goes before them.
   A rate that is not above zero is none. */
SELECT
  from_currency AS money,
  date AS valid_from,
  LEAST(
    COALESCE(LEAD(date) OVER (PARTITION BY from_currency ORDER BY date), DATE '9999-12-31'),
    date + :fx_days
  ) AS valid_to,
  rate,
  FALSE AS is_inverse
FROM fx_rate
WHERE to_currency = :currency AND rate > 0
UNION ALL
SELECT
  to_currency,
  date,
  LEAST(
    COALESCE(LEAD(date) OVER (PARTITION BY to_currency ORDER BY date), DATE '9999-12-31'),
    date + :fx_days
  ),
  1.0 / rate,
  TRUE
FROM fx_rate
WHERE from_currency = :currency AND rate > 0
