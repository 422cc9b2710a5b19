/* One row per period asked and opportunity that was open at its start and due in it, as the
   expected close date stood then (specification §2.3).

   Slipped: still open at the cut (the period's end, or :as_of before that), and either due later
   than the period by then or the period is over. Without a dated expectation at the start it is
   left out, and so is one closed since as a duplicate or a test (rule G10). The amount is the one
   of the start, at the rate of the last day before it, as for any level. Of a period that has yet
   to begin nothing is known. */
SELECT
  w.bucket,
  o.id, o.name, o.source, o.load_id,
  o.created_on, o.closed_on,
  b.due_on AS expected_close_date,
  (o.is_open OR o.closed_on >= w.cut_on)
    AND (w.is_over OR COALESCE(e.due_on >= w.end_on, FALSE)) AS is_slipped,
  a.amount,
  COALESCE(NULLIF(o.currency, ''), :currency) AS currency,
  a.amount IS NOT NULL AS has_amount,
  CAST(CASE WHEN o.currency = :currency THEN a.amount ELSE a.amount * COALESCE(r.rate, i.rate) END
    AS DECIMAL(28, 8)) AS value_start,
  o.status,
  o.first_agent_id, o.current_agent_id, o.first_team_id, o.current_team_id,
  o.account_id, o.product_id, o.channel_id, o.campaign_id, o.pipeline_id, o.stage_id,
  o.segment, o.industry, o.country, o.lacks_owner_history
FROM facts.window AS w
JOIN facts.due_span AS b
  ON b.is_dated AND b.valid_from < w.start_at AND w.start_at <= b.valid_to
  AND b.due_on >= w.start_on AND b.due_on < w.end_on
JOIN facts.opportunity AS o
  ON o.id = b.id AND (o.created_on IS NULL OR o.created_on < w.start_on)
  AND (o.is_open OR o.closed_on >= w.start_on)
  AND NOT o.is_void AND w.start_at < :as_of
LEFT JOIN facts.due_span AS e
  ON e.id = o.id AND e.valid_from < w.cut_at AND w.cut_at <= e.valid_to
LEFT JOIN facts.amount_span AS a
  ON a.id = o.id AND a.valid_from < w.start_at AND w.start_at <= a.valid_to
LEFT JOIN facts.rate_span AS r
  ON NOT r.is_inverse AND r.money = o.currency
  AND r.valid_from < w.start_on AND w.start_on <= r.valid_to
LEFT JOIN facts.rate_span AS i
  ON i.is_inverse AND i.money = o.currency
  AND i.valid_from < w.start_on AND w.start_on <= i.valid_to
