-- Activities done by people, by who did and month.
SELECT
  date_trunc('month', done_on) AS month,
  acting_agent_id AS agent,
  count(*) FILTER (WHERE is_done AND is_human) AS value,
  count(*) FILTER (WHERE is_done AND is_human) AS n,
  count(*) FILTER (WHERE is_done AND is_automated) AS excluded_automated
FROM facts.activity
WHERE done_on >= DATE '2023-01-01' AND done_on < DATE '2026-01-01'
GROUP BY 1, 2
