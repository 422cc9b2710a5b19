/* One row per account that became a customer by :as_of, on the day it did (see buyer). */
SELECT
  id, account_id, name, source, load_id,
  became_customer_on, became_customer_at, came_by, first_paid_on, cohort_month,
  is_left_edge, knows_age, is_paid,
  first_agent_id, won_agent_id, current_agent_id, first_team_id, won_team_id, current_team_id,
  channel_id, campaign_id, segment, industry, country
FROM facts.buyer
WHERE became_customer_on IS NOT NULL
ORDER BY became_customer_on
