/* One row per opportunity and person with an explicit share of it; only where the shares of an
   opportunity add up to one (G16): else its owner at the event has the whole. */
WITH whole AS (
  SELECT opportunity_id
  FROM opportunity_split
  GROUP BY opportunity_id
  HAVING ABS(SUM(weight) - 1) <= 0.000001
)
SELECT s.opportunity_id AS id, s.agent_id, CAST(s.weight AS DOUBLE) AS weight
FROM opportunity_split AS s
JOIN whole AS h ON h.opportunity_id = s.opportunity_id
