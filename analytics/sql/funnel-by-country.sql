-- Of the same minute: an order that is paid a minute after it was created raises the conversion of the later one.
CREATE TEMPORARY TABLE funnel_by_country (
  window_start TIMESTAMP_LTZ(3),
  window_end TIMESTAMP_LTZ(3),
  country STRING,
  created BIGINT,
  placed BIGINT,
  paid BIGINT,
  conversion DECIMAL(18, 4),
  `day` STRING,
  `hour` STRING
) PARTITIONED BY (`day`, `hour`) WITH (
  'path' = '${results}/funnel_by_country',
  ${sink_options}
);

INSERT INTO funnel_by_country SELECT
  CAST(window_start AS TIMESTAMP_LTZ(3)),
  CAST(window_end AS TIMESTAMP_LTZ(3)),
  country,
  created,
  placed,
  paid,
  CASE WHEN created > 0 THEN CAST(CAST(paid AS DECIMAL(18, 0)) / created AS DECIMAL(18, 4)) END,
  DATE_FORMAT(window_start, 'yyyy-MM-dd'),
  DATE_FORMAT(window_start, 'HH')
FROM (
  SELECT
    window_start,
    window_end,
    country,
    COUNT(*) FILTER (WHERE `type` = 'order.created') AS created,
    COUNT(*) FILTER (WHERE `type` = 'order.placed') AS placed,
    COUNT(*) FILTER (WHERE `type` = 'order.paid') AS paid
  FROM TABLE(TUMBLE(DATA => TABLE on_time, TIMECOL => DESCRIPTOR(rowtime), SIZE => INTERVAL '1' MINUTE))
  GROUP BY window_start, window_end, country
);
