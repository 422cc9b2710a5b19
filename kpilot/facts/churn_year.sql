/* One row per period asked and time as a paying customer that touches the twelve whole calendar
   months before its end or the cut-off: in how many of them the customer was there on the first
   day, and whether one of them ended without (specification §2.9, churn of the LTV formula). */
WITH edges AS (
  SELECT
    bucket,
    CAST(DATE_TRUNC('month', cut_on) AS DATE) AS until_on,
    CAST(DATE_TRUNC('month', cut_on) - INTERVAL '12' MONTH AS DATE) AS from_on,
    EXTRACT(YEAR FROM cut_on) * 12 + EXTRACT(MONTH FROM cut_on) AS until_month
  FROM facts.window AS w
),
touched AS (
  SELECT
    e.bucket, s.id, s.name, s.source, s.load_id,
    -- starts of months after `started_on` and up to `valid_to`, the last twelve only
    LEAST(EXTRACT(YEAR FROM s.valid_to) * 12 + EXTRACT(MONTH FROM s.valid_to), e.until_month - 1)
      - GREATEST(
        EXTRACT(YEAR FROM s.started_on) * 12 + EXTRACT(MONTH FROM s.started_on) + 1,
        e.until_month - 12
      ) + 1 AS months,
    COALESCE(e.from_on <= s.lost_month_on AND s.lost_month_on < e.until_on, FALSE) AS is_lost,
    s.first_agent_id, s.won_agent_id, s.current_agent_id,
    s.first_team_id, s.won_team_id, s.current_team_id,
    s.account_id, s.cohort_month, s.channel_id, s.campaign_id, s.segment, s.industry, s.country
  FROM edges AS e
  JOIN facts.customer_spell AS s ON s.started_on < e.until_on AND e.from_on <= s.valid_to
  WHERE s.is_contractual
)
SELECT
  bucket, id, name, source, load_id, months, is_lost,
  first_agent_id, won_agent_id, current_agent_id, first_team_id, won_team_id, current_team_id,
  account_id, cohort_month, channel_id, campaign_id, segment, industry, country
FROM touched
WHERE months > 0
