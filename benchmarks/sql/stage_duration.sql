-- Kaplan–Meier median of the days in a stage with its 95 % band (Greenwood, log-log).
WITH days AS (
  SELECT
    date_trunc('month', entered_on) AS month,
    entered_agent_id AS agent,
    stage_id AS stage,
    stage_days AS t,
    count(*) AS leaving,
    count(*) FILTER (WHERE has_left) AS ended
  FROM facts.stage_passage
  WHERE entered_on >= DATE '2023-01-01' AND entered_on < DATE '2026-01-01' AND stage_days >= 0
  GROUP BY 1, 2, 3, 4
),
risks AS (
  SELECT *, sum(leaving) OVER (PARTITION BY month, agent, stage ORDER BY t DESC) AS at_risk
  FROM days
),
curve AS (
  SELECT
    *,
    sum(CASE WHEN ended < at_risk THEN ln(1 - ended / at_risk) ELSE -1e9 END)
      OVER (PARTITION BY month, agent, stage ORDER BY t) AS log_s,
    sum(CASE WHEN ended < at_risk THEN ended / at_risk / (at_risk - ended) ELSE 0 END)
      OVER (PARTITION BY month, agent, stage ORDER BY t) AS greenwood
  FROM risks
),
band AS (
  SELECT
    *,
    exp(log_s) AS s,
    CASE WHEN log_s > -1e-15 THEN 1 WHEN log_s < -1e8 THEN 0
      ELSE exp(log_s * exp(1.959963984540054 * sqrt(greenwood) / abs(log_s))) END AS s_low,
    CASE WHEN log_s > -1e-15 THEN 1 WHEN log_s < -1e8 THEN 0
      ELSE exp(log_s * exp(-1.959963984540054 * sqrt(greenwood) / abs(log_s))) END AS s_high
  FROM curve
)
SELECT
  month, agent, stage,
  min(t) FILTER (WHERE s <= 0.500000000001) AS value,
  min(t) FILTER (WHERE s_low <= 0.500000000001) AS lo,
  min(t) FILTER (WHERE s_high <= 0.500000000001) AS hi,
  sum(leaving) AS n,
  sum(ended) AS ended
FROM band
GROUP BY 1, 2, 3
