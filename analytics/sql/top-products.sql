-- The ten products that were paid for most, by pieces; of equals the one with the smaller id.
CREATE TEMPORARY TABLE top_products (
  window_start TIMESTAMP_LTZ(3),
  window_end TIMESTAMP_LTZ(3),
  `rank` BIGINT,
  product_id STRING,
  units BIGINT,
  orders BIGINT,
  `day` STRING,
  `hour` STRING
) PARTITIONED BY (`day`, `hour`) WITH (
  'path' = '${results}/top_products',
  ${sink_options}
);

CREATE TEMPORARY VIEW paid_lines AS SELECT
  order_id,
  rowtime,
  JSON_VALUE(line, '$.product_id') AS product_id,
  CAST(JSON_VALUE(line, '$.quantity') AS BIGINT) AS quantity
FROM on_time
CROSS JOIN UNNEST(JSON_QUERY(lines, '$' RETURNING ARRAY<STRING>)) AS each_line (line)
WHERE `type` = 'order.paid';

INSERT INTO top_products SELECT
  CAST(window_start AS TIMESTAMP_LTZ(3)),
  CAST(window_end AS TIMESTAMP_LTZ(3)),
  place,
  product_id,
  units,
  orders,
  DATE_FORMAT(window_start, 'yyyy-MM-dd'),
  DATE_FORMAT(window_start, 'HH')
FROM (
  SELECT
    *,
    ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY units DESC, product_id ASC) AS place
  FROM (
    SELECT window_start, window_end, product_id, SUM(quantity) AS units, COUNT(DISTINCT order_id) AS orders
    FROM TABLE(TUMBLE(DATA => TABLE paid_lines, TIMECOL => DESCRIPTOR(rowtime), SIZE => INTERVAL '1' MINUTE))
    GROUP BY window_start, window_end, product_id
  )
)
WHERE place <= 10;
