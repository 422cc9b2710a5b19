/* One row per period asked and opportunity open at its cut: its end, or :as_of before that. One
   that was closed since as a duplicate or a test was never a possible sale (rule G10): left out.

   Open as restated at :as_of; the expected close date and the stage are those that stood at the
   cut. Amounts are those of :as_of, at its rate, like every level. Stalled: no movement for as many days as its
   stage allows, else :stalled_days. */
SELECT
  w.bucket,
  o.id, o.name, o.source, o.load_id,
  o.created_on,
  CASE WHEN o.created_on IS NULL THEN '(none)'
    WHEN w.cut_day - o.created_on <= 30 THEN '0_30'
    WHEN w.cut_day - o.created_on <= 90 THEN '31_90'
    WHEN w.cut_day - o.created_on <= 180 THEN '91_180'
    ELSE 'over_180' END AS age_bin,
  d.due_on AS expected_close_date,
  COALESCE(d.due_on < w.end_on, FALSE) AS is_due,
  COALESCE(d.due_on < w.cut_day, FALSE) AS is_past_due,
  COALESCE(m.moved_at < w.cut_at - CAST(COALESCE(s.rot_days, :stalled_days) AS INTEGER)
    * INTERVAL '1' DAY, FALSE) AS is_stalled,
  m.moved_at IS NOT NULL AS has_moved,
  o.amount, o.currency, o.has_amount, o.value_now, o.probability, o.open_stage_id,
  o.status,
  o.first_agent_id, o.current_agent_id, o.first_team_id, o.current_team_id,
  o.account_id, o.product_id, o.channel_id, o.campaign_id, o.pipeline_id,
  COALESCE(t.stage_id, '(none)') AS stage_id,
  o.segment, o.industry, o.country,
  o.currency_is_assumed, o.lacks_owner_history
FROM facts.window AS w
JOIN facts.opportunity AS o
  ON (o.created_on IS NULL OR o.created_on < w.cut_on)
  AND (o.is_open OR (o.closed_on >= w.cut_on AND NOT o.is_void))
LEFT JOIN facts.due_span AS d
  ON d.id = o.id AND d.valid_from < w.cut_at AND w.cut_at <= d.valid_to
LEFT JOIN facts.opportunity_move AS m
  ON m.id = o.id AND m.moved_at < w.cut_at AND w.cut_at <= m.next_at
LEFT JOIN facts.stage_span AS t
  ON t.id = o.id AND t.valid_from < w.cut_at AND w.cut_at <= t.valid_to
LEFT JOIN stage AS s ON s.id = t.stage_id
