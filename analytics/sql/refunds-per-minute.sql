-- What each refund gave back, which may be less than the order's total.
CREATE TEMPORARY TABLE refunds_per_minute (
  window_start TIMESTAMP_LTZ(3),
  window_end TIMESTAMP_LTZ(3),
  currency STRING,
  refunds BIGINT,
  refund_minor BIGINT,
  `day` STRING,
  `hour` STRING
) PARTITIONED BY (`day`, `hour`) WITH (
  'path' = '${results}/refunds_per_minute',
  ${sink_options}
);

INSERT INTO refunds_per_minute SELECT
  CAST(window_start AS TIMESTAMP_LTZ(3)),
  CAST(window_end AS TIMESTAMP_LTZ(3)),
  currency,
  COUNT(*),
  SUM(refund_minor),
  DATE_FORMAT(window_start, 'yyyy-MM-dd'),
  DATE_FORMAT(window_start, 'HH')
FROM TABLE(TUMBLE(DATA => TABLE on_time, TIMECOL => DESCRIPTOR(rowtime), SIZE => INTERVAL '1' MINUTE))
WHERE `type` = 'order.refunded'
GROUP BY window_start, window_end, currency;
