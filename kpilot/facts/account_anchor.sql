/* One row per account, merged ones included: the account it now is (rule G9) and what is known
   of that one.

   Merges are followed to their end, as those of opportunities are; accounts merged in a circle
   stay what they are. `is_live` is false for accounts deleted before :as_of and for tests (rule
   G10). */
WITH RECURSIVE merges AS (
  SELECT id, merged_into_id AS into_id, 1 AS hops
  FROM account
  WHERE merged_into_id IS NOT NULL
  UNION ALL
  SELECT m.id, a.merged_into_id, m.hops + 1
  FROM merges AS m
  JOIN account AS a ON a.id = m.into_id
  WHERE a.merged_into_id IS NOT NULL AND m.hops < 20
),
ends AS (
  SELECT m.id, m.into_id
  FROM merges AS m
  LEFT JOIN account AS a ON a.id = m.into_id
  WHERE a.merged_into_id IS NULL
),
followed AS (
  SELECT a.id, COALESCE(e.into_id, a.id) AS anchor_id
  FROM account AS a
  LEFT JOIN ends AS e ON e.id = a.id
)
SELECT
  f.id AS account_id,
  f.anchor_id,
  COALESCE(a.is_test, FALSE) = FALSE
    AND (a.deleted_at IS NULL OR a.deleted_at >= :as_of)
    AND (a.deleted_on IS NULL OR a.deleted_on >= :as_of_day) AS is_live,
  a.name, a.source, a.load_id,
  a.segment, a.industry, a.country, a.owner_id, a.first_channel_id,
  a.created_at IS NOT NULL OR a.created_on IS NOT NULL OR a.became_customer_at IS NOT NULL
    OR a.became_customer_on IS NOT NULL AS knows_age,
  a.became_customer_at,
  COALESCE(
    a.became_customer_on,
    CAST(a.became_customer_at AT TIME ZONE 'UTC' AT TIME ZONE :tz AS DATE)
  ) AS became_customer_on
FROM followed AS f
LEFT JOIN account AS a ON a.id = f.anchor_id
