/* One row per opportunity visible at :as_of, as it stood then.

   Rules G3 (visible), G5 (currency), G6 (amounts), G10 (deleted, tests, void), G11 (effective
   closing) and G16 (owner at the event) of the specification. A date without a time counts as the
   local midnight that starts it, so `on < :as_of_day` decides for dates and `at < :as_of` for
   instants. Agents: first_ = first human owner, closed_ = owner when it closed, current_ = owner
   at :as_of. Money: value_created, value_closed, value_now at the rate of that day, NULL when there
   is no amount or no rate. */
WITH stage_steps AS (
  SELECT
    h.opportunity_id,
    h.stage_id,
    s.kind,
    h.origin,
    COALESCE(h.at, CAST(h.at_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC') AS moment,
    h.at IS NULL AS is_day,
    COALESCE(h.at_on, CAST(h.at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE)) AS day,
    h.load_id
  FROM stage_history AS h
  JOIN stage AS s ON s.id = h.stage_id
  WHERE h.at < :as_of OR h.at_on < :as_of_day
),
stage_marks AS (
  SELECT
    *,
    LAG(kind) OVER (PARTITION BY opportunity_id ORDER BY moment, load_id) AS kind_before,
    ROW_NUMBER() OVER (PARTITION BY opportunity_id ORDER BY moment, load_id) AS step,
    ROW_NUMBER() OVER (PARTITION BY opportunity_id ORDER BY moment DESC, load_id DESC) AS step_back
  FROM stage_steps
),
stage_turns AS (
  SELECT
    *,
    MAX(CASE WHEN kind_before IS NULL OR kind_before <> kind THEN step END)
      OVER (PARTITION BY opportunity_id) AS last_turn
  FROM stage_marks
),
stages AS (
  SELECT
    opportunity_id,
    MAX(CASE WHEN step_back = 1 THEN stage_id END) AS stage_id,
    MAX(CASE WHEN step_back = 1 THEN kind END) AS kind,
    MIN(moment) AS first_moment,
    MIN(day) AS first_day,
    MAX(CASE WHEN step = 1 AND is_day THEN 1 ELSE 0 END) = 1 AS first_is_day,
    MAX(CASE WHEN step = 1 AND (kind <> 'open' OR origin = 'compared') THEN 1 ELSE 0 END) = 1
      AS starts_late,
    MAX(CASE WHEN step = last_turn AND step > 1 AND origin = 'source' THEN moment END) AS turn_at,
    MAX(CASE WHEN step = last_turn AND step > 1 AND origin = 'source' THEN day END) AS turn_on,
    MAX(CASE WHEN step = last_turn AND step = 1 AND origin = 'source' THEN moment END) AS only_at,
    MAX(CASE WHEN step = last_turn AND step = 1 AND origin = 'source' THEN day END) AS only_on,
    MAX(CASE WHEN step = last_turn AND is_day THEN 1 ELSE 0 END) = 1 AS turn_is_day,
    SUM(CASE WHEN kind = 'open' AND kind_before IN ('won', 'lost') THEN 1 ELSE 0 END) AS reopens
  FROM stage_turns
  GROUP BY opportunity_id
),
dated AS (
  SELECT
    o.*,
    COALESCE(o.created_at, CASE WHEN o.created_on IS NULL AND NOT h.first_is_day
      THEN h.first_moment END, CASE WHEN o.created_on IS NULL AND h.first_day IS NULL
      THEN o.started_at END) AS born_at,
    COALESCE(o.created_on, CAST(o.created_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE),
      h.first_day, o.started_on,
      CAST(o.started_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE)) AS born_on,
    o.created_at IS NULL AND o.created_on IS NULL AND h.first_day IS NULL
      AND (o.started_at IS NOT NULL OR o.started_on IS NOT NULL) AS created_is_proxy,
    h.stage_id AS seen_stage_id,
    h.kind AS seen_kind,
    h.reopens,
    h.turn_at, h.turn_on, h.only_at, h.only_on, h.turn_is_day, h.starts_late,
    h.first_day,
    h.first_moment,
    h.opportunity_id IS NOT NULL AS has_history,
    COALESCE(o.status, s.kind, 'open') AS said_status,
    COALESCE(s.probability, NULL) AS said_stage_probability,
    (o.closed_at < :as_of OR o.closed_on < :as_of_day) AS close_is_past
  FROM opportunity AS o
  LEFT JOIN stages AS h ON h.opportunity_id = o.id
  LEFT JOIN stage AS s ON s.id = o.stage_id
  WHERE COALESCE(o.is_test, FALSE) = FALSE
    AND o.merged_into_id IS NULL
    AND (o.deleted_at IS NULL OR o.deleted_at >= :as_of)
    AND (o.deleted_on IS NULL OR o.deleted_on >= :as_of_day)
),
settled AS (
  SELECT
    *,
    CASE
      WHEN has_history THEN seen_kind
      WHEN said_status <> 'open' AND (close_is_past OR (closed_at IS NULL AND closed_on IS NULL))
        THEN said_status
      ELSE 'open'
    END AS effective_status,
    starts_late OR (has_history AND first_day > born_on + 1) AS is_truncated
  FROM dated
  WHERE born_on IS NULL OR born_at < :as_of OR (born_at IS NULL AND born_on < :as_of_day)
),
closed AS (
  SELECT
    *,
    CASE
      WHEN effective_status = 'open' THEN NULL
      WHEN close_is_past AND :close_date_source = 'field' THEN closed_at
      WHEN turn_is_day THEN NULL
      ELSE COALESCE(turn_at, CASE WHEN NOT is_truncated THEN only_at END,
        CASE WHEN close_is_past THEN closed_at END)
    END AS end_at,
    CASE
      WHEN effective_status = 'open' THEN NULL
      WHEN close_is_past AND :close_date_source = 'field'
        THEN COALESCE(closed_on, CAST(closed_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE))
      ELSE COALESCE(turn_on, CASE WHEN NOT is_truncated THEN only_on END,
        CASE WHEN close_is_past THEN COALESCE(closed_on,
          CAST(closed_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE)) END)
    END AS end_on
  FROM settled
),
owner_steps AS (
  SELECT
    h.opportunity_id,
    h.agent_id,
    h.load_id,
    COALESCE(a.kind, 'human') = 'human' AS is_human,
    COALESCE(h.at, CAST(h.at_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC') AS moment
  FROM owner_history AS h
  LEFT JOIN agent AS a ON a.id = h.agent_id
  WHERE h.at < :as_of OR h.at_on < :as_of_day
),
owner_marks AS (
  SELECT
    w.*,
    CASE WHEN w.moment <= COALESCE(c.end_at, CAST(c.end_on + 1 AS TIMESTAMP)) THEN 1 ELSE 0 END
      AS is_before,
    ROW_NUMBER() OVER (PARTITION BY w.opportunity_id ORDER BY w.moment DESC, w.load_id DESC)
      AS step_back,
    ROW_NUMBER() OVER (PARTITION BY w.opportunity_id, w.is_human ORDER BY w.moment, w.load_id)
      AS step
  FROM owner_steps AS w
  LEFT JOIN closed AS c ON c.id = w.opportunity_id
),
owner_ranks AS (
  SELECT
    *,
    ROW_NUMBER() OVER (
      PARTITION BY opportunity_id, is_before ORDER BY moment DESC, load_id DESC
    ) AS before_back,
    ROW_NUMBER() OVER (
      PARTITION BY opportunity_id, is_before, is_human ORDER BY moment, load_id
    ) AS after_step
  FROM owner_marks
),
owners AS (
  SELECT
    opportunity_id,
    MAX(CASE WHEN is_human AND step = 1 THEN agent_id END) AS first_agent_id,
    MAX(CASE WHEN step_back = 1 THEN agent_id END) AS current_agent_id,
    COALESCE(
      MAX(CASE WHEN is_before = 1 AND before_back = 1 AND is_human THEN agent_id END),
      MAX(CASE WHEN is_before = 0 AND is_human AND after_step = 1 THEN agent_id END)
    ) AS closed_agent_id
  FROM owner_ranks
  GROUP BY opportunity_id
),
amount_steps AS (
  SELECT
    h.opportunity_id,
    h.amount,
    COALESCE(h.at, CAST(h.at_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC') AS moment,
    h.load_id
  FROM amount_history AS h
  WHERE h.at < :as_of OR h.at_on < :as_of_day
),
amount_marks AS (
  SELECT
    w.*,
    ROW_NUMBER() OVER (PARTITION BY w.opportunity_id ORDER BY w.moment DESC, w.load_id DESC)
      AS step_back
  FROM amount_steps AS w
  LEFT JOIN closed AS c ON c.id = w.opportunity_id
  WHERE :amount_policy = 'latest'
    OR c.effective_status = 'open'
    OR w.moment < COALESCE(c.end_at,
      CAST(c.end_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC')
),
amounts AS (
  SELECT opportunity_id, amount FROM amount_marks WHERE step_back = 1
),
due_steps AS (
  SELECT
    h.opportunity_id,
    h.expected_close_date,
    ROW_NUMBER() OVER (
      PARTITION BY h.opportunity_id
      ORDER BY COALESCE(h.at, CAST(h.at_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC') DESC,
        h.load_id DESC
    ) AS step_back
  FROM close_date_history AS h
  WHERE h.at < :as_of OR h.at_on < :as_of_day
),
priced AS (
  SELECT
    c.*,
    CASE WHEN a.opportunity_id IS NOT NULL THEN a.amount ELSE c.amount END AS said_amount,
    COALESCE(NULLIF(c.currency, ''), :currency) AS money
  FROM closed AS c
  LEFT JOIN amounts AS a ON a.opportunity_id = c.id
),
zero_losses AS (
  SELECT source
  FROM priced
  WHERE effective_status = 'lost' AND :zero_lost_is_null
  GROUP BY source
  HAVING COUNT(*) >= 20
    AND SUM(CASE WHEN said_amount = 0 THEN 1 ELSE 0 END) >= 0.95 * COUNT(*)
),
rates AS (
  SELECT
    from_currency AS money,
    date AS valid_from,
    LEAST(
      COALESCE(LEAD(date) OVER (PARTITION BY from_currency ORDER BY date), DATE '9999-12-31'),
      date + :fx_days
    ) AS valid_to,
    rate
  FROM fx_rate
  WHERE to_currency = :currency
),
inverse_rates AS (
  SELECT
    to_currency AS money,
    date AS valid_from,
    LEAST(
      COALESCE(LEAD(date) OVER (PARTITION BY to_currency ORDER BY date), DATE '9999-12-31'),
      date + :fx_days
    ) AS valid_to,
    1.0 / rate AS rate
  FROM fx_rate
  WHERE from_currency = :currency AND rate > 0
),
foreign_rates AS (
  SELECT
    p.id,
    MAX(CASE WHEN f.valid_from <= p.born_on AND p.born_on < f.valid_to THEN f.rate END)
      AS created_rate,
    MAX(CASE WHEN f.valid_from <= p.end_on AND p.end_on < f.valid_to THEN f.rate END)
      AS closed_rate,
    MAX(CASE WHEN f.valid_from <= :last_day AND :last_day < f.valid_to THEN f.rate END) AS now_rate,
    MAX(CASE WHEN i.valid_from <= p.born_on AND p.born_on < i.valid_to THEN i.rate END)
      AS created_inverse,
    MAX(CASE WHEN i.valid_from <= p.end_on AND p.end_on < i.valid_to THEN i.rate END)
      AS closed_inverse,
    MAX(CASE WHEN i.valid_from <= :last_day AND :last_day < i.valid_to THEN i.rate END)
      AS now_inverse
  FROM priced AS p
  LEFT JOIN rates AS f ON f.money = p.money
  LEFT JOIN inverse_rates AS i ON i.money = p.money
  WHERE p.money <> :currency
  GROUP BY p.id
),
valued AS (
  SELECT
    p.*,
    CASE WHEN p.effective_status = 'lost' AND p.said_amount = 0 AND z.source IS NOT NULL
      THEN NULL ELSE p.said_amount END AS real_amount,
    z.source IS NOT NULL AND p.effective_status = 'lost' AND p.said_amount = 0 AS zero_is_missing,
    CASE WHEN p.money = :currency THEN 1 ELSE COALESCE(r.created_rate, r.created_inverse) END
      AS created_rate,
    CASE WHEN p.money = :currency THEN 1 ELSE COALESCE(r.closed_rate, r.closed_inverse) END
      AS closed_rate,
    CASE WHEN p.money = :currency THEN 1 ELSE COALESCE(r.now_rate, r.now_inverse) END AS now_rate
  FROM priced AS p
  LEFT JOIN zero_losses AS z ON z.source = p.source
  LEFT JOIN foreign_rates AS r ON r.id = p.id
),
team_spans AS (
  SELECT
    agent_id,
    team_id,
    CASE WHEN LAG(from_date) OVER (PARTITION BY agent_id ORDER BY from_date) IS NULL
      THEN DATE '0001-01-01' ELSE from_date END AS valid_from,
    COALESCE(LEAD(from_date) OVER (PARTITION BY agent_id ORDER BY from_date), DATE '9999-12-31')
      AS valid_to
  FROM agent_team_history
),
manned AS (
  SELECT
    v.*,
    COALESCE(w.first_agent_id, v.owner_id) AS first_agent_id,
    COALESCE(w.closed_agent_id, v.owner_id) AS closed_agent_id,
    COALESCE(w.current_agent_id, v.owner_id) AS current_agent_id,
    w.opportunity_id IS NULL AS lacks_owner_history
  FROM valued AS v
  LEFT JOIN owners AS w ON w.opportunity_id = v.id
)
SELECT
  v.id,
  v.name,
  v.source,
  v.load_id,
  v.born_at AS created_at,
  v.born_on AS created_on,
  v.end_at AS closed_at,
  v.end_on AS closed_on,
  CASE WHEN v.effective_status = 'open'
    THEN COALESCE(d.expected_close_date, v.expected_close_date) END AS expected_close_date,
  v.effective_status AS status,
  v.effective_status = 'open' AS is_open,
  v.effective_status = 'won' AS is_won,
  v.effective_status = 'lost' AS is_lost,
  v.effective_status <> 'open' AS is_closed,
  COALESCE(LOWER(TRIM(v.close_reason)) IN (:void_reasons), FALSE) AS is_void,
  v.close_reason,
  COALESCE(v.reopens, 0) AS reopens,
  v.real_amount AS amount,
  v.money AS currency,
  v.real_amount IS NOT NULL AS has_amount,
  CAST(CASE WHEN v.money = :currency THEN v.real_amount ELSE v.real_amount * v.created_rate END
    AS DECIMAL(28, 8)) AS value_created,
  CAST(CASE WHEN v.money = :currency THEN v.real_amount ELSE v.real_amount * v.closed_rate END
    AS DECIMAL(28, 8)) AS value_closed,
  CAST(CASE WHEN v.money = :currency THEN v.real_amount ELSE v.real_amount * v.now_rate END
    AS DECIMAL(28, 8)) AS value_now,
  COALESCE(v.probability, s.probability) AS probability,
  CASE
    WHEN v.born_at IS NOT NULL AND v.end_at IS NOT NULL
      THEN (EPOCH(v.end_at) - EPOCH(v.born_at)) / 86400.0
    ELSE CAST(v.end_on - v.born_on AS DOUBLE)
  END AS cycle_days,
  COALESCE(v.first_agent_id, '(unassigned)') AS first_agent_id,
  COALESCE(v.closed_agent_id, '(unassigned)') AS closed_agent_id,
  COALESCE(v.current_agent_id, '(unassigned)') AS current_agent_id,
  COALESCE(ft.team_id, fa.team_id, '(none)') AS first_team_id,
  COALESCE(ct.team_id, ca.team_id, '(none)') AS closed_team_id,
  COALESCE(na.team_id, '(none)') AS current_team_id,
  COALESCE(v.account_id, '(none)') AS account_id,
  COALESCE(v.product_id, '(none)') AS product_id,
  COALESCE(l.channel_id, v.channel_id, a.first_channel_id, '(none)') AS channel_id,
  COALESCE(v.campaign_id, l.campaign_id, '(none)') AS campaign_id,
  COALESCE(s.pipeline_id, v.pipeline_id, 'default') AS pipeline_id,
  COALESCE(v.seen_stage_id, v.stage_id, '(none)') AS stage_id,
  COALESCE(a.segment, '(none)') AS segment,
  COALESCE(a.industry, '(none)') AS industry,
  COALESCE(a.country, '(none)') AS country,
  v.created_is_proxy,
  v.currency IS NULL AND v.real_amount IS NOT NULL AS currency_is_assumed,
  v.zero_is_missing,
  v.has_history,
  NOT v.has_history AS lacks_history,
  v.lacks_owner_history,
  v.is_truncated IS TRUE AS history_is_truncated,
  v.has_history AND v.effective_status <> 'open'
    AND ABS(v.turn_on - COALESCE(v.closed_on,
      CAST(v.closed_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE))) > 7 AS close_date_mismatch
FROM manned AS v
LEFT JOIN agent AS fa ON fa.id = v.first_agent_id
LEFT JOIN agent AS ca ON ca.id = v.closed_agent_id
LEFT JOIN agent AS na ON na.id = v.current_agent_id
LEFT JOIN team_spans AS ft ON ft.agent_id = v.first_agent_id
  AND ft.valid_from <= v.born_on AND v.born_on < ft.valid_to
LEFT JOIN team_spans AS ct ON ct.agent_id = v.closed_agent_id
  AND ct.valid_from <= v.end_on AND v.end_on < ct.valid_to
LEFT JOIN (SELECT * FROM due_steps WHERE step_back = 1) AS d ON d.opportunity_id = v.id
LEFT JOIN stage AS s ON s.id = COALESCE(v.seen_stage_id, v.stage_id)
LEFT JOIN account AS a ON a.id = v.account_id
LEFT JOIN lead AS l ON l.id = v.lead_id
ORDER BY created_on, closed_on
