-- E-mails opened by people, machines set aside, by sender and month.
SELECT
  date_trunc('month', sent_on) AS month,
  sent_agent_id AS agent,
  count(*) FILTER (WHERE is_delivered AND knows_machines AND is_human_opened)
    / nullif(count(*) FILTER (WHERE is_delivered AND knows_machines AND NOT is_machine_opened), 0)
    AS value,
  count(*) FILTER (WHERE is_delivered AND knows_machines AND is_human_opened) AS num,
  count(*) FILTER (WHERE is_delivered AND knows_machines AND NOT is_machine_opened) AS den,
  count(*) FILTER (WHERE is_delivered AND knows_machines AND is_machine_opened)
    AS excluded_machine_opens
FROM facts.email_unit
WHERE sent_on >= DATE '2023-01-01' AND sent_on < DATE '2026-01-01'
GROUP BY 1, 2
