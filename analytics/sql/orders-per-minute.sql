CREATE TEMPORARY TABLE orders_per_minute (
  window_start TIMESTAMP_LTZ(3),
  window_end TIMESTAMP_LTZ(3),
  events BIGINT,
  created BIGINT,
  rejected BIGINT,
  placed BIGINT,
  payment_failed BIGINT,
  paid BIGINT,
  cancelled BIGINT,
  expired BIGINT,
  refunded BIGINT,
  `day` STRING,
  `hour` STRING
) PARTITIONED BY (`day`, `hour`) WITH (
  'path' = '${results}/orders_per_minute',
  ${sink_options}
);

-- A type that the contract gains later counts among the events of its minute.
INSERT INTO orders_per_minute SELECT
  CAST(window_start AS TIMESTAMP_LTZ(3)),
  CAST(window_end AS TIMESTAMP_LTZ(3)),
  COUNT(*),
  COUNT(*) FILTER (WHERE `type` = 'order.created'),
  COUNT(*) FILTER (WHERE `type` = 'order.rejected'),
  COUNT(*) FILTER (WHERE `type` = 'order.placed'),
  COUNT(*) FILTER (WHERE `type` = 'order.payment_failed'),
  COUNT(*) FILTER (WHERE `type` = 'order.paid'),
  COUNT(*) FILTER (WHERE `type` = 'order.cancelled'),
  COUNT(*) FILTER (WHERE `type` = 'order.expired'),
  COUNT(*) FILTER (WHERE `type` = 'order.refunded'),
  DATE_FORMAT(window_start, 'yyyy-MM-dd'),
  DATE_FORMAT(window_start, 'HH')
FROM TABLE(TUMBLE(DATA => TABLE on_time, TIMECOL => DESCRIPTOR(rowtime), SIZE => INTERVAL '1' MINUTE))
GROUP BY window_start, window_end;
