/* One row per period asked, opportunity that was open at some time of it, and movement: what it
   brought to the open pipeline between the start and the cut (the end, or :as_of before that).

   Two pipelines: all that is open (`is_due` false), and what is expected to close before the period
   ends (`is_due` true; late ones included). Movements: start (open at the start), new (created
   since), pulled_in (now expected within the period), up and down (its amount changed), slipped
   (still open, now expected later), won, lost. Of each opportunity they add up to its amount at the
   cut while it is in the pipeline then, else to nothing: so the whole adds up to the pipeline at
   the cut. Open as restated at :as_of, like every level; amounts and expected dates as they stood
   at the start and at the cut, that of a closed one as it closed. One rate for both, that of the
   last day before the cut, so that currencies move nothing. The CTEs are MATERIALIZED because
   DuckDB 2.0.0, left to fold them into one another, stops now and then with an internal error
   ("dict-surviving cache") that takes the whole database down. */
WITH lives AS MATERIALIZED (
  SELECT
    w.bucket, w.start_at, w.cut_at, w.end_on, w.cut_on, o.id,
    (o.created_on IS NULL OR o.created_on < w.start_on) AS was_there,
    (o.is_open OR o.closed_on >= w.cut_on) AS is_there
  FROM facts.window AS w
  JOIN facts.opportunity AS o
    ON (o.created_on IS NULL OR o.created_on < w.cut_on)
    AND (o.is_open OR o.closed_on >= w.start_on)
    AND NOT o.is_void AND w.start_at < :as_of
),
valued AS MATERIALIZED (
  SELECT
    l.bucket, l.id, l.was_there, l.is_there,
    COALESCE(b.due_on < l.end_on, FALSE) AS was_expected,
    COALESCE(e.due_on < l.end_on, FALSE) AS is_expected,
    CASE WHEN l.was_there THEN s.amount END AS amount_start,
    CASE WHEN l.is_there THEN c.amount WHEN l.was_there THEN COALESCE(o.amount, s.amount)
      ELSE o.amount END AS amount_end,
    CASE WHEN o.currency = :currency THEN 1 ELSE COALESCE(r.rate, i.rate) END AS rate
  FROM lives AS l
  JOIN facts.opportunity AS o ON o.id = l.id
  LEFT JOIN facts.amount_span AS s
    ON s.id = l.id AND s.valid_from < l.start_at AND l.start_at <= s.valid_to
  LEFT JOIN facts.amount_span AS c
    ON c.id = l.id AND c.valid_from < l.cut_at AND l.cut_at <= c.valid_to
  LEFT JOIN facts.due_span AS b
    ON b.id = l.id AND b.valid_from < l.start_at AND l.start_at <= b.valid_to
  LEFT JOIN facts.due_span AS e
    ON e.id = l.id AND e.valid_from < l.cut_at AND l.cut_at <= e.valid_to
  LEFT JOIN facts.rate_span AS r
    ON NOT r.is_inverse AND r.money = o.currency
    AND r.valid_from < l.cut_on AND l.cut_on <= r.valid_to
  LEFT JOIN facts.rate_span AS i
    ON i.is_inverse AND i.money = o.currency
    AND i.valid_from < l.cut_on AND l.cut_on <= i.valid_to
),
priced AS MATERIALIZED (
  SELECT
    v.bucket, v.id, v.was_there, v.is_there, v.was_expected, v.is_expected,
    COALESCE(v.amount_end, v.amount_start) IS NOT NULL AS has_amount,
    v.rate IS NULL AS lacks_rate,
    COALESCE(v.amount_start, 0) AS amount_start,
    COALESCE(v.amount_end, 0) AS amount_end,
    CAST(COALESCE(v.amount_start * v.rate, 0) AS DECIMAL(28, 8)) AS value_start,
    CAST(COALESCE(v.amount_end * v.rate, 0) AS DECIMAL(28, 8)) AS value_end
  FROM valued AS v
),
ways AS MATERIALIZED (
  SELECT FALSE AS is_due UNION ALL SELECT TRUE
),
pipelines AS MATERIALIZED (
  SELECT
    p.*, y.is_due,
    p.was_there AND (NOT y.is_due OR p.was_expected) AS was_in,
    p.is_there AND (NOT y.is_due OR p.is_expected) AS is_in
  FROM priced AS p
  CROSS JOIN ways AS y
),
movements AS MATERIALIZED (
  SELECT 'start' AS movement UNION ALL SELECT 'new' UNION ALL SELECT 'pulled_in'
  UNION ALL SELECT 'up' UNION ALL SELECT 'down' UNION ALL SELECT 'slipped'
  UNION ALL SELECT 'won' UNION ALL SELECT 'lost'
),
moved AS MATERIALIZED (
  SELECT
    p.bucket, p.id, p.is_due, p.has_amount, p.lacks_rate, m.movement,
    MAX(CASE m.movement
      WHEN 'start' THEN p.value_start
      WHEN 'new' THEN p.value_end
      WHEN 'pulled_in' THEN p.value_end
      WHEN 'slipped' THEN -p.value_start
      WHEN 'won' THEN -p.value_end
      WHEN 'lost' THEN -p.value_end
      ELSE p.value_end - p.value_start
    END) AS change
  FROM pipelines AS p
  JOIN facts.opportunity AS o ON o.id = p.id
  CROSS JOIN movements AS m
  WHERE CASE m.movement
    WHEN 'start' THEN p.was_in
    WHEN 'new' THEN NOT p.was_there AND (p.is_in OR NOT p.is_there)
    WHEN 'pulled_in' THEN p.was_there AND NOT p.was_in
      AND (p.is_in OR (NOT p.is_there AND o.is_won))
    WHEN 'up' THEN p.was_in AND (p.is_in OR NOT p.is_there) AND p.amount_end > p.amount_start
    WHEN 'down' THEN p.was_in AND (p.is_in OR NOT p.is_there) AND p.amount_end < p.amount_start
    WHEN 'slipped' THEN p.was_in AND p.is_there AND NOT p.is_in
    WHEN 'won' THEN NOT p.is_there AND o.is_won
    ELSE NOT p.is_there AND o.is_lost AND (p.was_in OR NOT p.was_there)
  END
  GROUP BY p.bucket, p.id, p.is_due, p.has_amount, p.lacks_rate, m.movement
)
SELECT
  m.bucket,
  o.id, o.name, o.source, o.load_id,
  o.created_on, o.closed_on, o.expected_close_date,
  m.movement,
  m.is_due,
  CASE WHEN m.has_amount AND NOT m.lacks_rate THEN m.change END AS change,
  NOT m.has_amount AS lacks_amount,
  m.has_amount AND m.lacks_rate AS lacks_rate,
  o.amount, o.currency, o.status,
  o.first_agent_id, o.current_agent_id, o.first_team_id, o.current_team_id,
  o.account_id, o.product_id, o.channel_id, o.campaign_id, o.pipeline_id, o.stage_id,
  o.segment, o.industry, o.country,
  o.currency_is_assumed, o.lacks_owner_history
FROM moved AS m
JOIN facts.opportunity AS o ON o.id = m.id
