/* One row per period asked and account that was a customer at its start, at its end or the
   cut-off, or in between (see customer_spell for who is one). */
WITH seen AS (
  SELECT
    w.bucket,
    s.account_id,
    MAX(CASE WHEN s.started_on < w.start_on AND w.start_on <= s.valid_to THEN 1 ELSE 0 END)
      AS was_active,
    MAX(CASE WHEN s.started_on < w.cut_on AND w.cut_on <= s.valid_to THEN 1 ELSE 0 END)
      AS is_active
  FROM facts.window AS w
  JOIN facts.customer_spell AS s ON s.started_on < w.cut_on AND w.start_on <= s.valid_to
  WHERE s.is_counted
  GROUP BY w.bucket, s.account_id
)
SELECT
  c.bucket,
  c.account_id AS id,
  b.name, b.source, b.load_id,
  c.was_active = 1 AS active_start,
  c.is_active = 1 AS active_end,
  c.is_active - c.was_active AS net_change,
  b.first_agent_id, b.won_agent_id, b.current_agent_id,
  b.first_team_id, b.won_team_id, b.current_team_id,
  c.account_id, b.cohort_month, b.channel_id, b.campaign_id, b.segment, b.industry, b.country
FROM seen AS c
JOIN facts.buyer AS b ON b.account_id = c.account_id
