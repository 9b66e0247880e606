-- With everything that a corrected figure needs. In the folder of the hour in which it came, which is the one that grows.
CREATE TEMPORARY TABLE late_events (
  id STRING,
  `type` STRING,
  `time` TIMESTAMP_LTZ(3),
  ingested TIMESTAMP_LTZ(3),
  order_id STRING,
  currency STRING,
  country STRING,
  total_minor BIGINT,
  refund_minor BIGINT,
  -- JSON, as in the event: [{"product_id":"…","quantity":1}].
  lines STRING,
  `day` STRING,
  `hour` STRING
) PARTITIONED BY (`day`, `hour`) WITH (
  'path' = '${results}/late_events',
  ${sink_options}
);

INSERT INTO late_events SELECT
  id,
  `type`,
  rowtime,
  ingested,
  order_id,
  currency,
  country,
  total_minor,
  refund_minor,
  lines,
  DATE_FORMAT(ingested, 'yyyy-MM-dd'),
  DATE_FORMAT(ingested, 'HH')
FROM events
WHERE is_late;
