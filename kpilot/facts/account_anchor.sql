/* One row per account, merged ones included: the account it now is (rule G9) and what is known
   of that one.

   A merge of an account that was itself merged is followed once more. `is_live` is false for
   accounts deleted before :as_of and for tests (rule G10). */
WITH followed AS (
  SELECT a.id, COALESCE(b.merged_into_id, a.merged_into_id, a.id) AS anchor_id
  FROM account AS a
  LEFT JOIN account AS b ON b.id = a.merged_into_id
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
