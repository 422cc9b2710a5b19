/* One row per lead that counts as another one already: same e-mail or phone within the set days
   (rule G9), so that what `new_leads` leaves out can be counted and listed. */
SELECT
  l.id,
  COALESCE(l.name, l.email) AS name,
  l.source,
  l.load_id,
  d.created_at,
  d.created_on,
  d.anchor_id,
  a.first_agent_id, a.current_agent_id, a.first_team_id, a.current_team_id,
  a.account_id, a.product_id, a.channel_id, a.campaign_id, a.pipeline_id,
  a.segment, a.industry, a.country
FROM facts.lead_anchor AS d
JOIN facts.lead AS a ON a.id = d.anchor_id
JOIN lead AS l ON l.id = d.lead_id
WHERE NOT d.is_anchor AND d.survivor_id = d.lead_id
ORDER BY d.created_on
