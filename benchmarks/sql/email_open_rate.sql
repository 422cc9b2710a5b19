-- E-mails opened among those delivered, by sender and month.
SELECT
  date_trunc('month', sent_on) AS month,
  sent_agent_id AS agent,
  count(*) FILTER (WHERE is_delivered AND is_opened)
    / nullif(count(*) FILTER (WHERE is_delivered), 0) AS value,
  count(*) FILTER (WHERE is_delivered AND is_opened) AS num,
  count(*) FILTER (WHERE is_delivered) AS den
FROM facts.email_unit
WHERE sent_on >= DATE '2023-01-01' AND sent_on < DATE '2026-01-01'
GROUP BY 1, 2
