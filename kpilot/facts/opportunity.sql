/* One row per opportunity visible at :as_of, as it stood then.

   Rules G3 (visible), G5 (currency), G6 (amounts), G10 (deleted, tests, void), G11 (effective
   closing) and G16 (owner at the event) of the specification. A date without a time counts as the
   local midnight that starts it, so `on < :as_of_day` decides for dates and `at < :as_of` for
   instants; for the owner at an event it counts to its end. Agents: first_ = first human owner,
   closed_ = owner when it closed, current_ = owner at :as_of. Money: value_created, value_closed,
   value_now at the rate of that day, NULL when there is no amount or no rate. */
WITH stages AS (
  SELECT
    opportunity_id,
    MAX(CASE WHEN next_moment IS NULL THEN stage_id END) AS stage_id,
    MAX(CASE WHEN next_moment IS NULL THEN kind END) AS kind,
    MIN(moment) AS first_moment,
    MAX(CASE WHEN step = 1 AND is_day THEN 1 ELSE 0 END) = 1 AS first_is_day,
    MAX(CASE WHEN step = 1 AND kind = 'open' AND is_source THEN 1 ELSE 0 END) = 1 AS starts_well,
    MAX(CASE WHEN kind_before IS NULL OR kind_before <> kind THEN moment END) AS turn_moment,
    -- the last turn's step, whether its time is known, and whether that is a day, in one number
    MAX(CASE WHEN kind_before IS NULL OR kind_before <> kind
      THEN 4 * step + CASE WHEN is_source THEN 2 ELSE 0 END + CASE WHEN is_day THEN 1 ELSE 0 END
    END) AS turn,
    SUM(CASE WHEN kind = 'open' AND kind_before IN ('won', 'lost') THEN 1 ELSE 0 END) AS reopens
  FROM facts.stage_step
  GROUP BY opportunity_id
),
later_steps AS (
  SELECT
    h.opportunity_id,
    s.kind = 'open' AND h.origin = 'source' AS is_birth,
    COALESCE(h.at, CAST(h.at_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC') AS moment
  FROM stage_history AS h
  JOIN stage AS s ON s.id = h.stage_id
  WHERE h.at >= :as_of OR h.at_on >= :as_of_day
),
later AS (
  SELECT
    opportunity_id,
    COALESCE(MIN(CASE WHEN is_birth THEN moment END) = MIN(moment), FALSE) AS is_birth
  FROM later_steps
  GROUP BY opportunity_id
),
dated AS (
  SELECT
    o.*,
    CASE WHEN o.created_at IS NOT NULL OR o.created_on IS NOT NULL THEN o.created_at
      WHEN NOT h.starts_well OR h.starts_well IS NULL THEN o.started_at
      WHEN NOT h.first_is_day THEN h.first_moment END AS born_at,
    CASE WHEN o.created_on IS NOT NULL THEN o.created_on
      WHEN o.created_at IS NOT NULL
        THEN CAST(o.created_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE)
      WHEN h.starts_well THEN CAST(h.first_moment AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE)
      ELSE COALESCE(o.started_on, CAST(o.started_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE))
    END AS born_on,
    o.created_at IS NULL AND o.created_on IS NULL AND COALESCE(NOT h.starts_well, TRUE)
      AND (o.started_at IS NOT NULL OR o.started_on IS NOT NULL) AS created_is_proxy,
    h.stage_id AS seen_stage_id,
    h.kind AS seen_kind,
    h.reopens, h.turn, h.turn_moment, h.first_moment, h.first_is_day, h.starts_well,
    h.opportunity_id IS NOT NULL AS has_history,
    COALESCE(o.status, s.kind, 'open') AS said_status,
    l.opportunity_id IS NOT NULL AS changes_later,
    COALESCE(o.closed_at < :as_of OR o.closed_on < :as_of_day, FALSE) AS close_is_past
  FROM opportunity AS o
  LEFT JOIN stages AS h ON h.opportunity_id = o.id
  LEFT JOIN later AS l ON l.opportunity_id = o.id
  LEFT JOIN stage AS s ON s.id = o.stage_id
  WHERE COALESCE(o.is_test, FALSE) = FALSE
    AND o.merged_into_id IS NULL
    AND (o.deleted_at IS NULL OR o.deleted_at >= :as_of)
    AND (o.deleted_on IS NULL OR o.deleted_on >= :as_of_day)
    AND NOT (o.created_at IS NULL AND o.created_on IS NULL AND h.opportunity_id IS NULL
      AND COALESCE(l.is_birth, FALSE))
),
settled AS (
  SELECT
    *,
    CASE
      WHEN has_history THEN seen_kind
      WHEN said_status <> 'open' AND (close_is_past
        OR (closed_at IS NULL AND closed_on IS NULL AND NOT changes_later)) THEN said_status
      ELSE 'open'
    END AS effective_status,
    has_history AND (NOT starts_well OR CASE
      WHEN created_at IS NOT NULL AND NOT first_is_day
        THEN first_moment > created_at + INTERVAL '1' DAY
      ELSE CAST(first_moment AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE) > born_on + 1
    END) AS is_truncated,
    COALESCE(turn >= 8 AND MOD(turn, 4) >= 2, FALSE) AS turn_is_timed
  FROM dated
  WHERE born_on IS NULL OR born_at < :as_of OR (born_at IS NULL AND born_on < :as_of_day)
),
closed AS (
  SELECT
    *,
    CASE WHEN effective_status = 'open' THEN NULL
      WHEN close_is_past AND (:close_date_source = 'field' OR NOT turn_is_timed) THEN closed_at
      WHEN turn_is_timed AND MOD(turn, 2) = 0 THEN turn_moment END AS end_at,
    CASE WHEN effective_status = 'open' THEN NULL
      WHEN close_is_past AND (:close_date_source = 'field' OR NOT turn_is_timed)
        THEN COALESCE(closed_on, CAST(closed_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE))
      WHEN turn_is_timed
        THEN CAST(turn_moment AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE) END AS end_on
  FROM settled
),
endings AS (
  SELECT
    id,
    CASE WHEN end_at IS NOT NULL THEN end_at + INTERVAL '1' MICROSECOND
      ELSE CAST(end_on + 1 AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC' END AS owned_until,
    CASE WHEN :amount_policy = 'latest' THEN NULL WHEN end_at IS NOT NULL THEN end_at
      ELSE CAST(end_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC' END AS valued_until
  FROM closed
),
owners AS (
  SELECT
    w.opportunity_id,
    MAX(CASE WHEN w.is_first_human THEN w.owner_id END) AS first_agent_id,
    MAX(CASE WHEN w.is_last THEN w.owner_id END) AS current_agent_id,
    MAX(CASE WHEN e.owned_until IS NULL AND w.is_last THEN w.owner_id
      WHEN w.valid_from < e.owned_until AND e.owned_until <= w.valid_to THEN w.charged_id END)
      AS closed_agent_id
  FROM facts.owner_span AS w
  JOIN endings AS e ON e.id = w.opportunity_id
  GROUP BY w.opportunity_id
),
amount_steps AS (
  SELECT
    opportunity_id,
    amount,
    load_id,
    at IS NULL AS is_day,
    COALESCE(at, CAST(at_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC') AS moment
  FROM amount_history
  WHERE at < :as_of OR at_on < :as_of_day
),
amount_marks AS (
  SELECT
    opportunity_id,
    amount,
    moment,
    LEAD(moment) OVER (PARTITION BY opportunity_id ORDER BY moment, load_id, is_day DESC)
      AS next_moment
  FROM amount_steps
),
amounts AS (
  SELECT w.opportunity_id, w.amount
  FROM amount_marks AS w
  JOIN endings AS e ON e.id = w.opportunity_id
  WHERE (e.valued_until IS NULL AND w.next_moment IS NULL)
    OR (w.moment < e.valued_until
      AND (w.next_moment IS NULL OR w.next_moment >= e.valued_until))
),
due_steps AS (
  SELECT
    opportunity_id,
    expected_close_date,
    load_id,
    at IS NULL AS is_day,
    COALESCE(at, CAST(at_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC') AS moment
  FROM close_date_history
  WHERE at < :as_of OR at_on < :as_of_day
),
due_marks AS (
  SELECT
    opportunity_id,
    expected_close_date,
    LEAD(moment) OVER (PARTITION BY opportunity_id ORDER BY moment, load_id, is_day DESC)
      AS next_moment
  FROM due_steps
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
  SELECT * FROM facts.rate_span WHERE NOT is_inverse
),
inverse_rates AS (
  SELECT * FROM facts.rate_span WHERE is_inverse
),
money_days AS (
  SELECT money, born_on AS day FROM priced WHERE money <> :currency
  UNION
  SELECT money, end_on FROM priced WHERE money <> :currency
  UNION
  SELECT money, :last_day FROM priced WHERE money <> :currency
),
day_rates AS (
  SELECT d.money, d.day, COALESCE(MAX(f.rate), MAX(i.rate)) AS rate
  FROM money_days AS d
  LEFT JOIN rates AS f ON f.money = d.money AND f.valid_from <= d.day AND d.day < f.valid_to
  LEFT JOIN inverse_rates AS i
    ON i.money = d.money AND i.valid_from <= d.day AND d.day < i.valid_to
  GROUP BY d.money, d.day
),
valued AS (
  SELECT
    p.*,
    CASE WHEN p.effective_status = 'lost' AND p.said_amount = 0 AND z.source IS NOT NULL
      THEN NULL ELSE p.said_amount END AS real_amount,
    z.source IS NOT NULL AND p.effective_status = 'lost' AND p.said_amount = 0 AS zero_is_missing,
    b.rate AS created_rate,
    e.rate AS closed_rate,
    n.rate AS now_rate
  FROM priced AS p
  LEFT JOIN zero_losses AS z ON z.source = p.source
  LEFT JOIN day_rates AS b ON b.money = p.money AND b.day = p.born_on
  LEFT JOIN day_rates AS e ON e.money = p.money AND e.day = p.end_on
  LEFT JOIN day_rates AS n ON n.money = p.money AND n.day = :last_day
),
-- who was spoken to: outbound or two-way, by a person; read only when cycles start there
contact_steps AS (
  SELECT opportunity_id, lead_id, account_id, at, at_on, completed_at, completed_on
  FROM activity
  WHERE :cycle_anchor = 'first_contact'
    AND COALESCE(is_automated, FALSE) = FALSE
    AND (direction = 'out' OR kind = 'meeting')
    AND COALESCE(status, 'done') IN ('done', 'planned')
    AND (COALESCE(at, completed_at) < :as_of OR COALESCE(at_on, completed_on) < :as_of_day)
    AND (deleted_at IS NULL OR deleted_at >= :as_of)
    AND (deleted_on IS NULL OR deleted_on >= :as_of_day)
),
contacts AS (
  SELECT opportunity_id AS owner_key, 'deal' AS owner_kind, at, at_on, completed_at, completed_on
  FROM contact_steps WHERE opportunity_id IS NOT NULL
  UNION ALL
  SELECT lead_id, 'lead', at, at_on, completed_at, completed_on
  FROM contact_steps WHERE lead_id IS NOT NULL
  UNION ALL
  SELECT account_id, 'account', at, at_on, completed_at, completed_on
  FROM contact_steps WHERE account_id IS NOT NULL
),
first_contacts AS (
  SELECT
    owner_key,
    owner_kind,
    MIN(COALESCE(at, completed_at)) AS at,
    MIN(COALESCE(at_on, CAST(at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE), completed_on,
      CAST(completed_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE))) AS at_on
  FROM contacts
  GROUP BY owner_key, owner_kind
),
team_spans AS (
  SELECT * FROM facts.team_span
),
manned AS (
  SELECT
    v.*,
    CASE WHEN :cycle_anchor = 'opp_created' THEN v.born_at
      WHEN :cycle_anchor = 'lead_created' THEN l.created_at
      ELSE LEAST(f.at, g.at, h.at) END AS anchor_at,
    CASE WHEN :cycle_anchor = 'opp_created' THEN v.born_on
      WHEN :cycle_anchor = 'lead_created' THEN COALESCE(l.created_on,
        CAST(l.created_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE))
      ELSE LEAST(f.at_on, g.at_on, h.at_on) END AS anchor_on,
    CASE WHEN w.opportunity_id IS NULL THEN v.owner_id ELSE w.first_agent_id END
      AS first_agent_id,
    CASE WHEN w.opportunity_id IS NULL THEN v.owner_id ELSE w.closed_agent_id END
      AS closed_agent_id,
    CASE WHEN w.opportunity_id IS NULL THEN v.owner_id ELSE w.current_agent_id END
      AS current_agent_id,
    w.opportunity_id IS NULL AS lacks_owner_history
  FROM valued AS v
  LEFT JOIN owners AS w ON w.opportunity_id = v.id
  LEFT JOIN lead AS l ON l.id = v.lead_id AND :cycle_anchor = 'lead_created'
  LEFT JOIN first_contacts AS f ON f.owner_kind = 'deal' AND f.owner_key = v.id
  LEFT JOIN first_contacts AS g ON g.owner_kind = 'lead' AND g.owner_key = v.lead_id
  LEFT JOIN first_contacts AS h ON h.owner_kind = 'account' AND h.owner_key = v.account_id
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
  v.effective_status <> 'open' AND COALESCE(LOWER(TRIM(v.close_reason)) IN (:void_reasons), FALSE)
    AS is_void,
  v.close_reason,
  COALESCE(v.reopens, 0) AS reopens,
  CAST(CASE WHEN v.effective_status <> 'open' THEN (v.turn - MOD(v.turn, 4)) / 4 END AS BIGINT)
    AS closing_step,
  v.real_amount AS amount,
  v.money AS currency,
  v.real_amount IS NOT NULL AS has_amount,
  CAST(CASE WHEN v.money = :currency THEN v.real_amount ELSE v.real_amount * v.created_rate END
    AS DECIMAL(28, 8)) AS value_created,
  CAST(CASE WHEN v.money = :currency THEN v.real_amount ELSE v.real_amount * v.closed_rate END
    AS DECIMAL(28, 8)) AS value_closed,
  CAST(CASE WHEN v.money = :currency THEN v.real_amount ELSE v.real_amount * v.now_rate END
    AS DECIMAL(28, 8)) AS value_now,
  c.probability,
  c.open_stage_id,
  CASE
    WHEN v.born_at IS NOT NULL AND v.end_at IS NOT NULL
      THEN (EPOCH(v.end_at) - EPOCH(v.born_at)) / 86400.0
    ELSE CAST(v.end_on - v.born_on AS DOUBLE)
  END AS cycle_days,
  v.effective_status = 'won' AND COALESCE(v.end_at < v.born_at, v.end_on < v.born_on, FALSE)
    AS is_won_before,
  CASE WHEN v.end_on >= v.born_on
    THEN CAST(CAST(FLOOR(CAST(v.end_on - v.born_on AS DOUBLE) / 30.0) AS INTEGER) AS VARCHAR)
    ELSE '(none)' END AS elapsed_months,
  -- the sales cycle, from where the setting says it starts; a day known as such counts as a day
  CASE
    WHEN :cycle_anchor <> 'first_contact' AND v.anchor_at IS NOT NULL AND v.end_at IS NOT NULL
      THEN (EPOCH(v.end_at) - EPOCH(v.anchor_at)) / 86400.0
    WHEN v.anchor_at IS NOT NULL AND v.end_at IS NOT NULL
      AND CAST(v.anchor_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE) <= v.anchor_on
      THEN (EPOCH(v.end_at) - EPOCH(v.anchor_at)) / 86400.0
    ELSE CAST(v.end_on - v.anchor_on AS DOUBLE)
  END AS anchor_days,
  CASE WHEN v.born_at IS NOT NULL THEN (EPOCH(:as_of) - EPOCH(v.born_at)) / 86400.0
    ELSE CAST(:as_of_date - v.born_on AS DOUBLE) END AS seen_days,
  -- of a cohort of creations that has not had its days yet (rule G13)
  COALESCE(CASE WHEN v.born_at IS NOT NULL
      THEN (EPOCH(:as_of) - EPOCH(v.born_at)) / 86400.0
      ELSE CAST(:as_of_date - v.born_on AS DOUBLE) END < :win_window_days, FALSE)
    AND NOT (v.effective_status <> 'open'
      AND COALESCE(LOWER(TRIM(v.close_reason)) IN (:void_reasons), FALSE)) AS win_is_immature,
  CASE WHEN v.born_at IS NOT NULL THEN v.born_at + INTERVAL '1' MICROSECOND
    ELSE CAST(v.born_on + 1 AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC' END AS first_until,
  CASE WHEN v.end_at IS NOT NULL THEN v.end_at + INTERVAL '1' MICROSECOND
    ELSE CAST(v.end_on + 1 AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC' END AS closed_until,
  :as_of AS current_until,
  COALESCE(v.first_agent_id, '(unassigned)') AS first_agent_id,
  COALESCE(v.closed_agent_id, '(unassigned)') AS closed_agent_id,
  COALESCE(v.current_agent_id, '(unassigned)') AS current_agent_id,
  COALESCE(CASE WHEN ft.agent_id IS NULL THEN fa.team_id ELSE ft.team_id END, '(none)')
    AS first_team_id,
  COALESCE(CASE WHEN ct.agent_id IS NULL THEN ca.team_id ELSE ct.team_id END, '(none)')
    AS closed_team_id,
  COALESCE(CASE WHEN nt.agent_id IS NULL THEN na.team_id ELSE nt.team_id END, '(none)')
    AS current_team_id,
  COALESCE(v.account_id, '(none)') AS account_id,
  COALESCE(v.product_id, '(none)') AS product_id,
  COALESCE(l.channel_id, v.channel_id, a.first_channel_id, '(none)') AS channel_id,
  COALESCE(v.campaign_id, l.campaign_id, '(none)') AS campaign_id,
  COALESCE(s.pipeline_id, v.pipeline_id, 'default') AS pipeline_id,
  -- what was open then stood in none of the stages that close, though its record does now
  CASE WHEN v.effective_status = 'open' AND v.seen_stage_id IS NULL AND s.kind <> 'open'
      AND COALESCE(v.status <> 'open', TRUE) THEN '(none)'
    ELSE COALESCE(v.seen_stage_id, v.stage_id, '(none)') END AS stage_id,
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
  v.turn_is_timed AND v.effective_status <> 'open'
    AND ABS(CAST(v.turn_moment AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE) - COALESCE(v.closed_on,
      CAST(v.closed_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE))) > 7 AS close_date_mismatch
FROM manned AS v
LEFT JOIN agent AS fa ON fa.id = v.first_agent_id
LEFT JOIN agent AS ca ON ca.id = v.closed_agent_id
LEFT JOIN agent AS na ON na.id = v.current_agent_id
LEFT JOIN team_spans AS ft ON ft.agent_id = v.first_agent_id
  AND ft.valid_from <= v.born_on AND v.born_on < ft.valid_to
LEFT JOIN team_spans AS ct ON ct.agent_id = v.closed_agent_id
  AND ct.valid_from <= v.end_on AND v.end_on < ct.valid_to
LEFT JOIN team_spans AS nt ON nt.agent_id = v.current_agent_id
  AND nt.valid_from <= :last_day AND :last_day < nt.valid_to
LEFT JOIN due_marks AS d ON d.opportunity_id = v.id AND d.next_moment IS NULL
LEFT JOIN facts.chance AS c ON c.id = v.id
LEFT JOIN stage AS s ON s.id = COALESCE(v.seen_stage_id, v.stage_id)
LEFT JOIN account AS a ON a.id = v.account_id
LEFT JOIN lead AS l ON l.id = v.lead_id
ORDER BY created_on, closed_on
