-- Late: the broker appended it more than 30 s after its minute had ended, which is the same at every replay; or its window is
-- closed all the same, because its partition was away for longer than the others wait.
CREATE TEMPORARY VIEW tagged AS SELECT
  *,
  minute_end <= CAST(ingested AS TIMESTAMP(3)) - INTERVAL '30' SECOND
    OR (closed_until IS NOT NULL AND minute_end <= CAST(closed_until AS TIMESTAMP(3))) AS is_late
FROM (
  SELECT *, TIMESTAMPADD(MINUTE, 1, FLOOR(CAST(rowtime AS TIMESTAMP(3)) TO MINUTE)) - INTERVAL '0.001' SECOND(1, 3) AS minute_end
  FROM parsed
  WHERE parses
);

-- The relay publishes each event at least once, always under the same id: the first one counts.
CREATE TEMPORARY VIEW events AS SELECT
  id, `type`, rowtime, ingested, order_id, currency, country, total_minor, refund_minor, lines, is_late
FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY id ORDER BY proc ASC) AS occurrence FROM tagged)
WHERE occurrence = 1;

CREATE TEMPORARY VIEW on_time AS SELECT * FROM events WHERE NOT is_late;
