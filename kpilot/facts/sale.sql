/* One row per sale: a won opportunity, or a valid order, as :sales_source says; one source only.

   `sales_count` and `sales_value` of the specification §2.2. As a sale counts only an order that
   refunds have left something of; in the value every net stands, that of a credit note too (§2.7). */
SELECT
  id, name, source, load_id,
  closed_at AS sold_at,
  closed_on AS sold_on,
  TRUE AS is_sale,
  is_void,
  amount, currency, has_amount,
  value_closed AS value_sold,
  first_agent_id, closed_agent_id AS sold_agent_id, current_agent_id,
  first_team_id, closed_team_id AS sold_team_id, current_team_id,
  account_id, product_id, channel_id, campaign_id, pipeline_id, stage_id,
  segment, industry, country,
  currency_is_assumed, lacks_owner_history, close_date_mismatch
FROM facts.opportunity
WHERE is_won AND :sales_source = 'won_opps'
UNION ALL
SELECT
  id, name, source, load_id,
  ordered_at, ordered_on, is_valid, FALSE,
  net, money, has_amount,
  value_ordered,
  first_agent_id, sold_agent_id, current_agent_id,
  first_team_id, sold_team_id, current_team_id,
  account_id, product_id, channel_id, campaign_id, '(none)', '(none)',
  segment, industry, country,
  currency_is_assumed, TRUE, FALSE
FROM facts.order_net
WHERE :sales_source = 'orders'
ORDER BY sold_on
