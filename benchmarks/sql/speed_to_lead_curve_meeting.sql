-- Leads with a meeting within 30 days, by time to the first contact.
SELECT
  date_trunc('month', created_on) AS month,
  first_agent_id AS agent,
  coalesce(meeting_response_bin, '(none)') AS meeting_response_bin,
  count(*) FILTER (WHERE meeting_response_bin IS NOT NULL AND seen_days >= 30 AND meeting_days < 30)
    / nullif(count(*) FILTER (WHERE meeting_response_bin IS NOT NULL AND seen_days >= 30), 0)
    AS value,
  count(*) FILTER (WHERE meeting_response_bin IS NOT NULL AND seen_days >= 30 AND meeting_days < 30)
    AS num,
  count(*) FILTER (WHERE meeting_response_bin IS NOT NULL AND seen_days >= 30) AS den,
  count(*) FILTER (WHERE seen_days < 30) AS excluded_immature
FROM facts.lead
WHERE created_on >= DATE '2023-01-01' AND created_on < DATE '2026-01-01'
GROUP BY 1, 2, 3
