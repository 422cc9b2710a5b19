/* One row per sale and product in it, with its part of the amount: of opportunities or of orders,
   as :sales_source says. */
SELECT id, product_id, share FROM facts.opportunity_product WHERE :sales_source = 'won_opps'
UNION ALL
SELECT id, product_id, share FROM facts.order_product WHERE :sales_source = 'orders'
