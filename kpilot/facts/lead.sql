/* One row per lead anchor visible at :as_of (rules G3, G9, G10): when it came, when it was first
   touched, qualified, set aside, met, and when it became an opportunity and a customer.

   Specification §2.1; rules G13 (windows) and G16 (agents). Of several events of one kind, for all
   the leads of the group, the earliest counts; a date without a time comes before the times of its
   day. `…_days` run from creation: elapsed, or a difference of dates where a side is a date only;
   below zero when the event came first. `seen_days` and `seen_seconds` run to :as_of.
   Response: seconds to the first touch (`touch_seconds`), or for the curve (`response_seconds`,
   `is_answered`) to where watching ended: :as_of, or when it was set aside before any touch.
   Without times to the second a response is not known (`response_is_known`). `is_waiting`: neither
   touched nor set aside nor turned into anything. `hour_of_day` is that of its creation.
   `…response_bin`: of the curves; of what came of it before any touch it is none, each curve having
   its own outcome (an opportunity, a meeting, a customer).
   Opportunity: of each lead the creation of the first one linked, else converted_at. Customer: the
   first win of a linked opportunity, or the first valid order of the account, which counts for
   the lead of the opportunity it came from, else for the latest lead of the account before it.
   Agents: first_ = first human owner, qualified_, converted_ and won_ = owner at that event. */
WITH anchors AS (
  SELECT a.anchor_id AS id, a.created_at, a.created_on, a.created_is_proxy
  FROM facts.lead_anchor AS a
  WHERE a.is_anchor
),
links AS (
  SELECT COALESCE(m.anchor_id, o.id) AS opportunity_id, o.lead_id
  FROM opportunity AS o
  LEFT JOIN facts.opportunity_anchor AS m ON m.opportunity_id = o.id
  WHERE o.lead_id IS NOT NULL
  UNION
  SELECT COALESCE(m.anchor_id, l.converted_opportunity_id), l.id
  FROM lead AS l
  LEFT JOIN facts.opportunity_anchor AS m ON m.opportunity_id = l.converted_opportunity_id
  WHERE l.converted_opportunity_id IS NOT NULL
),
linked AS (
  SELECT DISTINCT
    n.anchor_id, n.survivor_id, f.id AS opportunity_id, f.created_at, f.created_on, f.is_won,
    f.closed_at, f.closed_on
  FROM links AS k
  JOIN facts.lead_anchor AS n ON n.lead_id = k.lead_id
  JOIN facts.opportunity AS f ON f.id = k.opportunity_id
),
said AS (
  SELECT
    n.anchor_id,
    n.survivor_id,
    l.converted_at, l.converted_on, l.qualified_at, l.qualified_on,
    COALESCE(l.account_id, c.account_id) AS account_id
  FROM facts.lead_anchor AS n
  JOIN lead AS l ON l.id = n.lead_id AND n.survivor_id = n.lead_id
  LEFT JOIN contact AS c ON c.id = l.contact_id
),
held_accounts AS (
  SELECT DISTINCT s.anchor_id, COALESCE(a.anchor_id, s.account_id) AS account_id
  FROM said AS s
  LEFT JOIN facts.account_anchor AS a ON a.account_id = s.account_id
  WHERE s.account_id IS NOT NULL
),
ranked_orders AS (
  SELECT
    COALESCE(a.anchor_id, o.account_id) AS account_id,
    o.ordered_at, o.ordered_on, o.opportunity_id,
    ROW_NUMBER() OVER (
      PARTITION BY COALESCE(a.anchor_id, o.account_id)
      ORDER BY o.ordered_on, o.ordered_at, o.id
    ) AS place
  FROM facts.order_net AS o
  LEFT JOIN facts.account_anchor AS a ON a.account_id = o.account_id
  WHERE o.order_rank = 1
),
first_orders AS (
  SELECT
    o.account_id, o.ordered_at, o.ordered_on, MIN(k.anchor_id) AS linked_anchor_id
  FROM ranked_orders AS o
  LEFT JOIN linked AS k ON k.opportunity_id = o.opportunity_id
  WHERE o.place = 1
  GROUP BY o.account_id, o.ordered_at, o.ordered_on
),
buyers AS (
  SELECT
    h.anchor_id, o.ordered_at, o.ordered_on, o.linked_anchor_id,
    ROW_NUMBER() OVER (
      PARTITION BY o.account_id ORDER BY a.created_on DESC, a.created_at DESC, a.id DESC
    ) AS place
  FROM first_orders AS o
  JOIN held_accounts AS h ON h.account_id = o.account_id
  JOIN anchors AS a ON a.id = h.anchor_id
  WHERE CASE WHEN a.created_at IS NOT NULL AND o.ordered_at IS NOT NULL
    THEN a.created_at <= o.ordered_at ELSE a.created_on <= o.ordered_on END
),
steps AS (
  SELECT
    n.anchor_id,
    n.survivor_id,
    n.lead_id,
    n.created_at,
    n.created_on,
    s.is_qualified IS TRUE AS is_qualified,
    s.is_disqualified IS TRUE AS is_disqualified,
    s.is_converted IS TRUE AS is_converted,
    h.origin = 'source' AS is_source,
    h.at,
    COALESCE(h.at_on, CAST(h.at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE)) AS at_on,
    COALESCE(h.at, CAST(h.at_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC') AS moment
  FROM lead_status_history AS h
  JOIN facts.lead_anchor AS n ON n.lead_id = h.lead_id
  JOIN lead_status AS s ON s.id = h.status_id
  WHERE h.at < :as_of OR h.at_on < :as_of_day
),
courses AS (
  SELECT
    survivor_id,
    MIN(moment) AS first_moment,
    MAX(moment) AS last_moment,
    MAX(CASE WHEN is_disqualified THEN moment END) AS disqualified_moment
  FROM steps
  GROUP BY survivor_id
),
-- the first row of a truncated history, and rows seen by comparing loads, tell no time (rule G11)
timed_steps AS (
  SELECT
    s.*,
    s.is_source AND NOT (s.moment = c.first_moment AND (s.is_disqualified OR s.is_converted
      OR COALESCE(CASE WHEN s.at IS NOT NULL AND s.created_at IS NOT NULL
        THEN s.at > s.created_at + INTERVAL '1' DAY
        ELSE s.at_on > s.created_on + 1 END, FALSE))) AS is_timed
  FROM steps AS s
  JOIN courses AS c ON c.survivor_id = s.survivor_id
  WHERE s.is_qualified OR s.is_disqualified
),
-- of each lead its field where its own history gives no time, then the first of the group
qualifying AS (
  SELECT lead_id, MIN(CASE WHEN is_timed THEN at_on END) IS NULL
    OR COALESCE(MIN(CASE WHEN NOT is_timed THEN at_on END)
      <= MIN(CASE WHEN is_timed THEN at_on END), FALSE) AS by_field
  FROM timed_steps
  WHERE is_qualified
  GROUP BY lead_id
),
events AS (
  SELECT t.anchor_id, 'touch' AS what, t.at, t.at_on AS on_day
  FROM facts.activity AS t
  JOIN anchors AS a ON a.id = t.anchor_id
  WHERE t.is_touch AND CASE WHEN t.at IS NOT NULL AND a.created_at IS NOT NULL
    THEN t.at >= a.created_at ELSE t.at_on >= a.created_on END
  UNION ALL
  SELECT anchor_id, 'meeting', booked_at, booked_on
  FROM facts.meeting
  WHERE anchor_id IS NOT NULL AND booked_on IS NOT NULL
  UNION ALL
  SELECT anchor_id, 'opportunity', created_at, created_on FROM linked
  UNION ALL
  SELECT s.anchor_id, 'opportunity', s.converted_at, COALESCE(s.converted_on,
    CAST(s.converted_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE))
  FROM said AS s
  LEFT JOIN (SELECT DISTINCT survivor_id FROM linked WHERE created_on IS NOT NULL) AS k
    ON k.survivor_id = s.survivor_id
  WHERE k.survivor_id IS NULL AND (s.converted_at < :as_of OR s.converted_on < :as_of_day)
  UNION ALL
  SELECT anchor_id, 'customer', closed_at, closed_on FROM linked WHERE is_won
  UNION ALL
  SELECT COALESCE(linked_anchor_id, anchor_id), 'customer', ordered_at, ordered_on
  FROM buyers
  WHERE place = 1
  UNION ALL
  SELECT s.anchor_id, CASE WHEN s.is_timed THEN 'qualified' ELSE 'qualified some day' END,
    s.at, s.at_on
  FROM timed_steps AS s
  JOIN qualifying AS q ON q.lead_id = s.lead_id
  WHERE s.is_qualified AND NOT (s.is_timed AND q.by_field)
  UNION ALL
  SELECT s.anchor_id, 'qualified', s.qualified_at,
    COALESCE(s.qualified_on, CAST(s.qualified_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE))
  FROM said AS s
  LEFT JOIN qualifying AS q ON q.lead_id = s.survivor_id
  WHERE COALESCE(q.by_field, TRUE) AND (s.qualified_at < :as_of OR s.qualified_on < :as_of_day)
  UNION ALL
  SELECT anchor_id, 'disqualified', at, at_on
  FROM timed_steps
  WHERE is_disqualified AND is_timed AND survivor_id = anchor_id
    AND CASE WHEN at IS NOT NULL AND created_at IS NOT NULL
      THEN at >= created_at ELSE at_on >= created_on END
),
firsts AS (
  SELECT
    anchor_id,
    what,
    MIN(on_day) AS first_on,
    CASE WHEN MIN(CASE WHEN at IS NULL THEN on_day END) = MIN(on_day) THEN NULL
      ELSE MIN(at) END AS first_at
  FROM events
  GROUP BY anchor_id, what
),
pivoted AS (
  SELECT
    anchor_id,
    MAX(CASE WHEN what = 'touch' THEN first_at END) AS touched_at,
    MAX(CASE WHEN what = 'touch' THEN first_on END) AS touched_on,
    MAX(CASE WHEN what = 'meeting' THEN first_at END) AS met_at,
    MAX(CASE WHEN what = 'meeting' THEN first_on END) AS met_on,
    MAX(CASE WHEN what = 'opportunity' THEN first_at END) AS converted_at,
    MAX(CASE WHEN what = 'opportunity' THEN first_on END) AS converted_on,
    MAX(CASE WHEN what = 'opportunity' THEN 1 ELSE 0 END) AS conversions,
    MAX(CASE WHEN what = 'customer' THEN first_at END) AS won_at,
    MAX(CASE WHEN what = 'customer' THEN first_on END) AS won_on,
    MAX(CASE WHEN what = 'customer' THEN 1 ELSE 0 END) AS wins,
    MAX(CASE WHEN what = 'qualified' THEN first_at END) AS qualified_at,
    MAX(CASE WHEN what = 'qualified' THEN first_on END) AS qualified_on,
    MAX(CASE WHEN what = 'qualified some day' THEN first_on END) AS some_day,
    MAX(CASE WHEN what = 'disqualified' THEN first_at END) AS disqualified_at,
    MAX(CASE WHEN what = 'disqualified' THEN first_on END) AS disqualified_on
  FROM firsts
  GROUP BY anchor_id
),
existing AS (
  SELECT DISTINCT a.id AS anchor_id
  FROM anchors AS a
  JOIN held_accounts AS h ON h.anchor_id = a.id
  JOIN facts.customer AS c ON c.account_id = h.account_id
    AND CASE WHEN c.became_customer_at IS NOT NULL AND a.created_at IS NOT NULL
      THEN c.became_customer_at < a.created_at ELSE c.became_customer_on < a.created_on END
),
settled AS (
  SELECT
    a.id, a.created_at, a.created_on, a.created_is_proxy,
    p.touched_at, p.touched_on, p.met_at, p.met_on, p.won_at, p.won_on,
    COALESCE(p.conversions, 0) = 1 AS is_converted,
    COALESCE(p.wins, 0) = 1 AS is_customer,
    p.converted_at, p.converted_on,
    p.qualified_at, p.qualified_on, p.some_day,
    c.disqualified_moment,
    c.last_moment,
    COALESCE(p.disqualified_at,
      CAST(p.disqualified_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC') AS aside_moment,
    COALESCE(p.disqualified_on < p.touched_on OR p.disqualified_at < p.touched_at
      OR p.touched_on IS NULL, FALSE) AS is_aside_first,
    e.anchor_id IS NOT NULL AS is_existing
  FROM anchors AS a
  LEFT JOIN pivoted AS p ON p.anchor_id = a.id
  LEFT JOIN courses AS c ON c.survivor_id = a.id
  LEFT JOIN existing AS e ON e.anchor_id = a.id
),
endings AS (
  SELECT
    id,
    COALESCE(qualified_at + INTERVAL '1' MICROSECOND,
      CAST(qualified_on + 1 AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC') AS qualified_until,
    COALESCE(converted_at + INTERVAL '1' MICROSECOND,
      CAST(converted_on + 1 AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC') AS converted_until,
    COALESCE(won_at + INTERVAL '1' MICROSECOND,
      CAST(won_on + 1 AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC') AS won_until
  FROM settled
),
owners AS (
  SELECT
    w.lead_id,
    MAX(CASE WHEN w.is_first_human THEN w.owner_id END) AS first_agent_id,
    MAX(CASE WHEN w.is_last THEN w.owner_id END) AS current_agent_id,
    MAX(CASE WHEN w.valid_from < e.qualified_until AND e.qualified_until <= w.valid_to
      THEN w.charged_id END) AS qualified_agent_id,
    MAX(CASE WHEN w.valid_from < e.converted_until AND e.converted_until <= w.valid_to
      THEN w.charged_id END) AS converted_agent_id,
    MAX(CASE WHEN w.valid_from < e.won_until AND e.won_until <= w.valid_to
      THEN w.charged_id END) AS won_agent_id
  FROM facts.lead_owner_span AS w
  JOIN endings AS e ON e.id = w.lead_id
  GROUP BY w.lead_id
),
timed AS (
  SELECT
    s.*,
    w.lead_id IS NULL AS lacks_owner_history,
    CASE WHEN w.lead_id IS NULL THEN l.owner_id ELSE w.first_agent_id END AS first_agent,
    CASE WHEN w.lead_id IS NULL THEN l.owner_id ELSE w.qualified_agent_id END AS qualified_agent,
    CASE WHEN w.lead_id IS NULL THEN l.owner_id ELSE w.converted_agent_id END AS converted_agent,
    CASE WHEN w.lead_id IS NULL THEN l.owner_id ELSE w.won_agent_id END AS won_agent,
    CASE WHEN w.lead_id IS NULL THEN l.owner_id ELSE w.current_agent_id END AS current_agent,
    l.name, l.email, l.source, l.load_id, l.channel_id, l.campaign_id, l.disqualify_reason,
    COALESCE(l.account_id, k.account_id) AS account_id,
    t.is_disqualified AS status_is_disqualified,
    EPOCH(s.touched_at) - EPOCH(s.created_at) AS touch_seconds,
    s.created_at IS NOT NULL AND (s.touched_on IS NULL OR s.touched_at IS NOT NULL)
      AS response_is_known,
    CASE WHEN s.created_at IS NULL THEN CAST(:as_of_date - s.created_on AS DOUBLE)
      ELSE (EPOCH(:as_of) - EPOCH(s.created_at)) / 86400.0 END AS seen_days,
    CASE WHEN s.created_at IS NOT NULL AND s.converted_at IS NOT NULL
      THEN (EPOCH(s.converted_at) - EPOCH(s.created_at)) / 86400.0
      ELSE CAST(s.converted_on - s.created_on AS DOUBLE) END AS opp_days,
    CASE WHEN s.created_at IS NOT NULL AND s.won_at IS NOT NULL
      THEN (EPOCH(s.won_at) - EPOCH(s.created_at)) / 86400.0
      ELSE CAST(s.won_on - s.created_on AS DOUBLE) END AS customer_days,
    CASE WHEN s.created_at IS NOT NULL AND s.met_at IS NOT NULL
      THEN (EPOCH(s.met_at) - EPOCH(s.created_at)) / 86400.0
      ELSE CAST(s.met_on - s.created_on AS DOUBLE) END AS meeting_days
  FROM settled AS s
  JOIN lead AS l ON l.id = s.id
  LEFT JOIN owners AS w ON w.lead_id = s.id
  LEFT JOIN contact AS k ON k.id = l.contact_id
  LEFT JOIN lead_status AS t ON t.id = l.status_id
),
binned AS (
  SELECT
    t.*,
    CASE
      WHEN t.touched_on IS NULL THEN 'none'
      WHEN NOT t.response_is_known THEN NULL
      WHEN t.touch_seconds <= 300 THEN '0_5m'
      WHEN t.touch_seconds <= 1800 THEN '5_30m'
      WHEN t.touch_seconds <= 3600 THEN '30_60m'
      WHEN t.touch_seconds <= 86400 THEN '1_24h'
      ELSE 'over_24h'
    END AS touch_bin
  FROM timed AS t
),
team_spans AS (
  SELECT * FROM facts.team_span
)
SELECT
  v.id,
  COALESCE(v.name, v.email) AS name,
  v.source,
  v.load_id,
  v.created_at,
  v.created_on,
  v.created_is_proxy,
  v.created_on IS NOT NULL AS is_dated,
  CASE WHEN v.created_at IS NULL THEN '(none)' ELSE LPAD(CAST(
    EXTRACT(HOUR FROM v.created_at AT TIME ZONE 'UTC' AT TIME ZONE :tz) AS VARCHAR), 2, '0')
    END AS hour_of_day,
  v.touched_on IS NULL AND NOT v.is_converted AND v.aside_moment IS NULL
    AND NOT COALESCE(v.status_is_disqualified, FALSE)
    AND NULLIF(TRIM(v.disqualify_reason), '') IS NULL AS is_waiting,
  v.qualified_at,
  v.qualified_on,
  v.qualified_on IS NOT NULL AS is_qualified,
  v.qualified_on IS NULL AND v.some_day IS NOT NULL AS is_qualified_some_day,
  v.qualified_on IS NOT NULL AND COALESCE(
    CASE WHEN v.last_moment IS NULL
      THEN v.status_is_disqualified OR NULLIF(TRIM(v.disqualify_reason), '') IS NOT NULL
      ELSE v.disqualified_moment = v.last_moment END, FALSE) AS is_disqualified_after,
  v.touched_at,
  v.touched_on,
  v.touched_on IS NOT NULL AS is_touched,
  v.touch_seconds,
  v.response_is_known,
  CASE WHEN NOT v.response_is_known THEN NULL
    WHEN v.is_aside_first AND v.aside_moment > v.created_at
      THEN EPOCH(v.aside_moment) - EPOCH(v.created_at)
    WHEN v.is_aside_first AND v.aside_moment IS NOT NULL THEN 0
    ELSE COALESCE(v.touch_seconds, EPOCH(:as_of) - EPOCH(v.created_at)) END AS response_seconds,
  v.touched_at IS NOT NULL AND NOT (v.is_aside_first AND v.aside_moment IS NOT NULL)
    AS is_answered,
  CASE WHEN v.converted_at < v.touched_at OR v.converted_on < v.touched_on
    THEN 'none' ELSE v.touch_bin END AS response_bin,
  CASE WHEN v.met_at < v.touched_at OR v.met_on < v.touched_on
    THEN 'none' ELSE v.touch_bin END AS meeting_response_bin,
  CASE WHEN v.won_at < v.touched_at OR v.won_on < v.touched_on
    THEN 'none' ELSE v.touch_bin END AS customer_response_bin,
  CASE WHEN v.created_at IS NOT NULL THEN EPOCH(:as_of) - EPOCH(v.created_at) END
    AS seen_seconds,
  v.seen_days,
  v.is_converted,
  v.converted_at,
  v.converted_on,
  v.opp_days,
  COALESCE(v.opp_days < 0, FALSE) AS opp_is_negative,
  COALESCE(v.seen_days < :lead_window_days, FALSE) AS opp_is_immature,
  v.met_on IS NOT NULL AS is_met,
  v.met_at,
  v.met_on,
  v.meeting_days,
  COALESCE(v.meeting_days < 0, FALSE) AS meeting_is_negative,
  COALESCE(v.seen_days < :meeting_window_days, FALSE) AS meeting_is_immature,
  v.is_existing,
  v.is_customer,
  v.won_at,
  v.won_on,
  v.customer_days,
  COALESCE(v.customer_days < 0, FALSE) AS customer_is_negative,
  COALESCE(v.seen_days < :customer_window_days, FALSE) AS customer_is_immature,
  v.aside_moment AS disqualified_at,
  COALESCE(v.first_agent, '(unassigned)') AS first_agent_id,
  COALESCE(v.qualified_agent, '(unassigned)') AS qualified_agent_id,
  COALESCE(v.converted_agent, '(unassigned)') AS converted_agent_id,
  COALESCE(v.won_agent, '(unassigned)') AS won_agent_id,
  COALESCE(v.current_agent, '(unassigned)') AS current_agent_id,
  COALESCE(CASE WHEN ft.agent_id IS NULL THEN fa.team_id ELSE ft.team_id END, '(none)')
    AS first_team_id,
  COALESCE(CASE WHEN qt.agent_id IS NULL THEN qa.team_id ELSE qt.team_id END, '(none)')
    AS qualified_team_id,
  COALESCE(CASE WHEN ct.agent_id IS NULL THEN ca.team_id ELSE ct.team_id END, '(none)')
    AS converted_team_id,
  COALESCE(CASE WHEN wt.agent_id IS NULL THEN wa.team_id ELSE wt.team_id END, '(none)')
    AS won_team_id,
  COALESCE(CASE WHEN nt.agent_id IS NULL THEN na.team_id ELSE nt.team_id END, '(none)')
    AS current_team_id,
  COALESCE(v.account_id, '(none)') AS account_id,
  '(none)' AS product_id,
  COALESCE(v.channel_id, b.first_channel_id, '(none)') AS channel_id,
  COALESCE(v.campaign_id, '(none)') AS campaign_id,
  '(none)' AS pipeline_id,
  COALESCE(b.segment, '(none)') AS segment,
  COALESCE(b.industry, '(none)') AS industry,
  COALESCE(b.country, '(none)') AS country,
  v.lacks_owner_history
FROM binned AS v
LEFT JOIN account AS b ON b.id = v.account_id
LEFT JOIN agent AS fa ON fa.id = v.first_agent
LEFT JOIN agent AS qa ON qa.id = v.qualified_agent
LEFT JOIN agent AS ca ON ca.id = v.converted_agent
LEFT JOIN agent AS wa ON wa.id = v.won_agent
LEFT JOIN agent AS na ON na.id = v.current_agent
LEFT JOIN team_spans AS ft ON ft.agent_id = v.first_agent
  AND ft.valid_from <= v.created_on AND v.created_on < ft.valid_to
LEFT JOIN team_spans AS qt ON qt.agent_id = v.qualified_agent
  AND qt.valid_from <= v.qualified_on AND v.qualified_on < qt.valid_to
LEFT JOIN team_spans AS ct ON ct.agent_id = v.converted_agent
  AND ct.valid_from <= v.converted_on AND v.converted_on < ct.valid_to
LEFT JOIN team_spans AS wt ON wt.agent_id = v.won_agent
  AND wt.valid_from <= v.won_on AND v.won_on < wt.valid_to
LEFT JOIN team_spans AS nt ON nt.agent_id = v.current_agent
  AND nt.valid_from <= :last_day AND :last_day < nt.valid_to
ORDER BY created_on
