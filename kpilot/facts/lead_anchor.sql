/* One row per lead visible at :as_of, and per lead merged into one, with its anchor (rules G3, G9,
   G10): the lead that stands for all with the same e-mail (else phone) within :lead_dedupe_days.

   `survivor_id` is the lead itself, or the one it was merged into at last; rows about a lead are
   counted for its survivor, and those about a group for its `anchor_id`. A lead is created on the
   mapped date, else at its first status when the source wrote that one, else at the first contact
   (`created_is_proxy`), else nobody knows. Anchors: sorted by creation and id, a lead joins the
   anchor if it was created less than :lead_dedupe_days × 24 h after it (as many dates, where one
   of the two has no time), and else becomes the next one. A longer gap always starts one, which
   cuts a key's leads into islands; only in an island about that long or longer does the next
   anchor depend on the one before (`chain`). Two days more or less are left for clocks and dates
   that differ. */
WITH RECURSIVE first_steps AS (
  SELECT
    h.lead_id,
    h.at,
    h.at_on,
    h.origin = 'source' AND NOT COALESCE(s.is_disqualified, FALSE)
      AND NOT COALESCE(s.is_converted, FALSE) AS is_birth,
    ROW_NUMBER() OVER (
      PARTITION BY h.lead_id
      ORDER BY COALESCE(h.at, CAST(h.at_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC'),
        h.load_id, h.at IS NULL DESC
    ) AS step
  FROM lead_status_history AS h
  JOIN lead AS l ON l.id = h.lead_id AND l.created_at IS NULL AND l.created_on IS NULL
  LEFT JOIN lead_status AS s ON s.id = h.status_id
),
born AS (
  SELECT
    l.id, l.email, l.phone,
    CASE WHEN l.created_at IS NOT NULL OR l.created_on IS NOT NULL THEN l.created_at
      WHEN h.is_birth THEN h.at
      ELSE l.first_contact_at END AS created_at,
    CASE WHEN l.created_on IS NOT NULL THEN l.created_on
      WHEN l.created_at IS NOT NULL
        THEN CAST(l.created_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE)
      WHEN h.is_birth
        THEN COALESCE(h.at_on, CAST(h.at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE))
      ELSE COALESCE(l.first_contact_on,
        CAST(l.first_contact_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE))
    END AS created_on,
    l.created_at IS NULL AND l.created_on IS NULL AND NOT COALESCE(h.is_birth, FALSE)
      AND (l.first_contact_at IS NOT NULL OR l.first_contact_on IS NOT NULL) AS created_is_proxy
  FROM lead AS l
  LEFT JOIN first_steps AS h ON h.lead_id = l.id AND h.step = 1
  WHERE COALESCE(l.is_test, FALSE) = FALSE
    AND l.merged_into_id IS NULL
    AND (l.deleted_at IS NULL OR l.deleted_at >= :as_of)
    AND (l.deleted_on IS NULL OR l.deleted_on >= :as_of_day)
),
visible AS (
  SELECT
    id, created_at, created_on, created_is_proxy, created_at IS NULL AS is_day,
    CASE WHEN created_on IS NULL THEN NULL
      WHEN LOWER(TRIM(email)) LIKE '%_@_%' THEN 'mail:' || LOWER(TRIM(email))
      WHEN REGEXP_MATCHES(digits, '^[+]?[0-9]{4,15}$') THEN 'phone:' || digits END AS shared,
    -- microseconds: whole numbers, so that a boundary is met exactly
    CAST(ROUND(EPOCH(
      COALESCE(created_at, CAST(created_on AS TIMESTAMP) AT TIME ZONE :tz AT TIME ZONE 'UTC')
    ) * 1000000) AS BIGINT) AS moment
  FROM (
    SELECT
      *,
      CASE WHEN stripped LIKE '00%' THEN '+' || SUBSTRING(stripped, 3) ELSE stripped END AS digits
    FROM (
      SELECT
        *,
        REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(
          phone, '(0)', ''), ' ', ''), '.', ''), '-', ''), '/', ''), '(', ''), ')', '') AS stripped
      FROM born
    ) AS s
  ) AS d
  WHERE created_on IS NULL OR created_at < :as_of
    OR (created_at IS NULL AND created_on < :as_of_day)
),
crowded AS (
  SELECT shared
  FROM visible
  WHERE shared IS NOT NULL AND :lead_dedupe_days > 0
  GROUP BY shared
  HAVING COUNT(*) > 1
),
placed AS (
  SELECT
    v.id, v.shared, v.moment, v.created_on, v.is_day,
    ROW_NUMBER() OVER (PARTITION BY v.shared ORDER BY v.moment, v.id) AS place,
    LAG(v.moment) OVER (PARTITION BY v.shared ORDER BY v.moment, v.id) AS moment_before
  FROM visible AS v
  JOIN crowded AS c ON c.shared = v.shared
),
islands AS (
  SELECT
    *,
    SUM(CASE WHEN moment_before IS NULL
        OR moment - moment_before >= (:lead_dedupe_days + 2) * 86400000000 THEN 1 ELSE 0 END)
      OVER (PARTITION BY shared ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
      AS island
  FROM placed
),
measured AS (
  SELECT
    *,
    MIN(place) OVER (PARTITION BY shared, island) AS first_place,
    MAX(place) OVER (PARTITION BY shared, island) AS last_place,
    MIN(moment) OVER (PARTITION BY shared, island) AS first_moment,
    MAX(moment) OVER (PARTITION BY shared, island) AS last_moment
  FROM islands
),
long_islands AS (
  SELECT * FROM measured
  WHERE last_place > first_place
    AND last_moment - first_moment >= (:lead_dedupe_days - 2) * 86400000000
),
marks AS (
  SELECT
    shared, island, place, moment, created_on,
    CASE WHEN NOT is_day THEN place END AS timed_place,
    CASE WHEN is_day THEN place END AS day_place,
    place AS any_place,
    is_day, 1 AS is_lead
  FROM long_islands
  UNION ALL
  SELECT
    shared, island, place, moment + :lead_dedupe_days * 86400000000,
    created_on + :lead_dedupe_days, NULL, NULL, NULL, is_day, 0
  FROM long_islands
),
-- for each lead of a long island the first ones that it could not take in, by time and by date
reaches AS (
  SELECT
    shared, place, is_lead, is_day,
    MIN(timed_place) OVER (
      PARTITION BY shared, island ORDER BY moment, is_lead
      ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
    ) AS timed_place,
    MIN(day_place) OVER (
      PARTITION BY shared, island ORDER BY created_on, is_lead
      ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
    ) AS day_place,
    MIN(any_place) OVER (
      PARTITION BY shared, island ORDER BY created_on, is_lead
      ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
    ) AS any_place
  FROM marks
),
successors AS (
  SELECT
    shared, place,
    CASE WHEN is_day THEN any_place
      WHEN day_place < timed_place OR timed_place IS NULL THEN day_place
      ELSE timed_place END AS next_place
  FROM reaches
  WHERE is_lead = 0
),
chain AS (
  SELECT shared, place FROM long_islands WHERE place = first_place
  UNION ALL
  SELECT c.shared, s.next_place
  FROM chain AS c
  JOIN successors AS s ON s.shared = c.shared AND s.place = c.place
  WHERE s.next_place > c.place
),
grouped AS (
  SELECT
    m.id,
    m.shared,
    MAX(CASE WHEN m.place = m.first_place OR c.place IS NOT NULL THEN m.place END) OVER (
      PARTITION BY m.shared ORDER BY m.place ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS anchor_place
  FROM measured AS m
  LEFT JOIN chain AS c ON c.shared = m.shared AND c.place = m.place
),
anchored AS (
  SELECT
    v.id AS survivor_id,
    COALESCE(p.id, v.id) AS anchor_id,
    v.created_at, v.created_on, v.created_is_proxy
  FROM visible AS v
  LEFT JOIN grouped AS g ON g.id = v.id
  LEFT JOIN placed AS p ON p.shared = g.shared AND p.place = g.anchor_place
),
-- twenty merges in a row are more than any source makes, and end a circle
merges AS (
  SELECT id AS lead_id, merged_into_id AS into_id, 1 AS hops
  FROM lead
  WHERE merged_into_id IS NOT NULL AND COALESCE(is_test, FALSE) = FALSE
  UNION ALL
  SELECT m.lead_id, l.merged_into_id, m.hops + 1
  FROM merges AS m
  JOIN lead AS l ON l.id = m.into_id
  WHERE l.merged_into_id IS NOT NULL AND m.hops < 20
)
SELECT
  survivor_id AS lead_id, survivor_id, anchor_id, survivor_id = anchor_id AS is_anchor,
  created_at, created_on, created_is_proxy
FROM anchored
UNION ALL
SELECT
  m.lead_id, a.survivor_id, a.anchor_id, FALSE, a.created_at, a.created_on, a.created_is_proxy
FROM merges AS m
JOIN anchored AS a ON a.survivor_id = m.into_id
