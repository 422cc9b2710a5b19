/* One row per period asked and account with recurring revenue at its start or end, or counted as a
   customer then: what changed between the two (specification §2.8).

   Revenue in force at the last instant before the start and before the end (or the cut-off). Both
   at the rate of the period's start (rule G5: constant currency), and the end also at its own
   rate: the difference is the effect of currencies. `change` = end - start at the start's rates;
   every row is at most one of is_new (never paid before), is_reactivated (paid before, not at the
   start), is_churned (paid at the start, not at the end), is_expanded, is_contracted, so
   start + changes + effect of currencies = end. Without a rate the direction is still known, unless
   one currency rises and another falls: then `lacks_rise_rate` and `lacks_fall_rate` both hold.
   Active: paying, or in a gap that closed again. */
WITH moneys AS (
  SELECT DISTINCT money FROM facts.mrr_span WHERE money <> :currency
),
rate_days AS (
  SELECT m.money, w.start_on - 1 AS day FROM moneys AS m CROSS JOIN facts.window AS w
  UNION
  SELECT m.money, w.cut_on - 1 FROM moneys AS m CROSS JOIN facts.window AS w
),
rates AS (
  SELECT * FROM facts.rate_span WHERE NOT is_inverse
),
inverse_rates AS (
  SELECT * FROM facts.rate_span WHERE is_inverse
),
day_rates AS (
  SELECT d.money, d.day, COALESCE(MAX(f.rate), MAX(i.rate)) AS rate
  FROM rate_days AS d
  LEFT JOIN rates AS f ON f.money = d.money AND f.valid_from <= d.day AND d.day < f.valid_to
  LEFT JOIN inverse_rates AS i
    ON i.money = d.money AND i.valid_from <= d.day AND d.day < i.valid_to
  GROUP BY d.money, d.day
),
stretches AS (
  SELECT
    w.bucket, s.account_id, s.money,
    w.start_on - 1 AS start_day,
    w.cut_on - 1 AS end_day,
    SUM(CASE WHEN s.valid_from < w.start_on THEN s.mrr ELSE 0 END) AS mrr_start,
    SUM(CASE WHEN w.cut_on <= s.valid_to THEN s.mrr ELSE 0 END) AS mrr_end
  FROM facts.window AS w
  JOIN facts.mrr_span AS s ON s.valid_from < w.cut_on AND w.start_on <= s.valid_to
  WHERE s.valid_from < w.start_on OR w.cut_on <= s.valid_to
  GROUP BY w.bucket, s.account_id, s.money, w.start_on, w.cut_on
),
marks AS (
  SELECT
    s.bucket, s.account_id, s.mrr_start, s.mrr_end,
    CASE WHEN s.money = :currency THEN CAST(s.mrr_start AS DECIMAL(28, 8))
      ELSE CAST(s.mrr_start * b.rate AS DECIMAL(28, 8)) END AS start_value,
    CASE WHEN s.money = :currency THEN CAST(s.mrr_end AS DECIMAL(28, 8))
      ELSE CAST(s.mrr_end * b.rate AS DECIMAL(28, 8)) END AS fixed_value,
    CASE WHEN s.money = :currency THEN CAST(s.mrr_end AS DECIMAL(28, 8))
      ELSE CAST(s.mrr_end * e.rate AS DECIMAL(28, 8)) END AS end_value,
    CASE WHEN s.money <> :currency AND b.rate IS NULL THEN 1 ELSE 0 END AS lacks_start,
    CASE WHEN s.money <> :currency AND e.rate IS NULL THEN 1 ELSE 0 END AS lacks_end,
    0 AS was_active,
    0 AS is_active
  FROM stretches AS s
  LEFT JOIN day_rates AS b ON b.money = s.money AND b.day = s.start_day
  LEFT JOIN day_rates AS e ON e.money = s.money AND e.day = s.end_day
  UNION ALL
  SELECT
    w.bucket, s.account_id, 0, 0, 0, 0, 0, 0, 0,
    CASE WHEN s.started_on < w.start_on THEN 1 ELSE 0 END,
    CASE WHEN w.cut_on <= s.valid_to THEN 1 ELSE 0 END
  FROM facts.window AS w
  JOIN facts.customer_spell AS s ON s.started_on < w.cut_on AND w.start_on <= s.valid_to
  WHERE s.is_contractual AND (s.started_on < w.start_on OR w.cut_on <= s.valid_to)
),
accounts AS (
  SELECT
    bucket, account_id,
    COALESCE(SUM(start_value), 0) AS mrr_start,
    COALESCE(SUM(fixed_value), 0) AS mrr_fixed,
    COALESCE(SUM(end_value), 0) AS mrr_end,
    MAX(mrr_start) > 0 AS pays_start,
    MAX(mrr_end) > 0 AS pays_end,
    MAX(was_active) = 1 AS active_start,
    MAX(is_active) = 1 AS active_end,
    MAX(CASE WHEN mrr_start <> 0 THEN lacks_start ELSE 0 END) = 1 AS lacks_opening,
    MAX(lacks_start) = 1 AS lacks_start_rate,
    MAX(CASE WHEN mrr_end <> 0 THEN lacks_end ELSE 0 END) = 1 AS lacks_end_rate,
    MAX(CASE WHEN mrr_start <> mrr_end THEN lacks_start ELSE 0 END) = 1 AS lacks_change_rate,
    MAX(CASE WHEN mrr_start < mrr_end THEN 1 ELSE 0 END) = 1 AS rises,
    MAX(CASE WHEN mrr_start > mrr_end THEN 1 ELSE 0 END) = 1 AS falls
  FROM marks
  GROUP BY bucket, account_id
),
started AS (
  SELECT MIN(mrr_on) AS first_on FROM facts.customer_day
),
moved AS (
  SELECT
    a.*,
    w.start_on,
    a.mrr_fixed - a.mrr_start AS change,
    NOT a.pays_start AND a.pays_end AS comes,
    a.pays_start AND NOT a.pays_end AS goes,
    COALESCE(b.first_paid_on < w.start_on, FALSE) AS was_paying_before,
    COALESCE(w.start_on < f.first_on + INTERVAL '12' MONTH, FALSE) AND NOT b.knows_age AS is_edge,
    b.name, b.source, b.load_id,
    b.first_agent_id, b.won_agent_id, b.current_agent_id,
    b.first_team_id, b.won_team_id, b.current_team_id,
    b.cohort_month, b.channel_id, b.campaign_id, b.segment, b.industry, b.country
  FROM accounts AS a
  JOIN facts.window AS w ON w.bucket = a.bucket
  JOIN facts.buyer AS b ON b.account_id = a.account_id
  CROSS JOIN started AS f
)
SELECT
  bucket,
  account_id AS id,
  name, source, load_id,
  mrr_start, mrr_fixed, mrr_end,
  LEAST(mrr_start, mrr_fixed) AS mrr_kept,
  change,
  CASE WHEN NOT lacks_start_rate AND NOT lacks_end_rate THEN mrr_end - mrr_fixed END AS fx_effect,
  active_start, active_end, pays_start, pays_end, was_paying_before,
  comes AND NOT was_paying_before AS is_new,
  comes AND was_paying_before AS is_reactivated,
  goes AS is_churned,
  NOT comes AND NOT goes AND change > 0 AS is_expanded,
  NOT comes AND NOT goes AND change < 0 AS is_contracted,
  lacks_opening, lacks_start_rate, lacks_end_rate, lacks_change_rate,
  NOT comes AND NOT goes AND rises AND lacks_change_rate AS lacks_rise_rate,
  NOT comes AND NOT goes AND falls AND lacks_change_rate AS lacks_fall_rate,
  comes AND is_edge AS comes_at_left_edge,
  comes AND NOT was_paying_before AND is_edge AS new_at_left_edge,
  comes AND was_paying_before AND is_edge AS reactivated_at_left_edge,
  first_agent_id, won_agent_id, current_agent_id, first_team_id, won_team_id, current_team_id,
  account_id, cohort_month, channel_id, campaign_id, segment, industry, country
FROM moved
