-- What was captured; what was given back afterwards is in refunds_per_minute. Amounts are minor units of the currency.
CREATE TEMPORARY TABLE revenue_per_minute (
  window_start TIMESTAMP_LTZ(3),
  window_end TIMESTAMP_LTZ(3),
  currency STRING,
  orders BIGINT,
  revenue_minor BIGINT,
  `day` STRING,
  `hour` STRING
) PARTITIONED BY (`day`, `hour`) WITH (
  'path' = '${results}/revenue_per_minute',
  ${sink_options}
);

INSERT INTO revenue_per_minute SELECT
  CAST(window_start AS TIMESTAMP_LTZ(3)),
  CAST(window_end AS TIMESTAMP_LTZ(3)),
  currency,
  COUNT(*),
  SUM(total_minor),
  DATE_FORMAT(window_start, 'yyyy-MM-dd'),
  DATE_FORMAT(window_start, 'HH')
FROM TABLE(TUMBLE(DATA => TABLE on_time, TIMECOL => DESCRIPTOR(rowtime), SIZE => INTERVAL '1' MINUTE))
WHERE `type` = 'order.paid'
GROUP BY window_start, window_end, currency;
