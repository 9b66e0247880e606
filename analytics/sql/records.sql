-- Everything that the job reads, as text: whether a record parses is decided once, below, for all results.
CREATE TEMPORARY TABLE records (
  payload STRING,
  `topic` STRING NOT NULL METADATA VIRTUAL,
  `partition` INT NOT NULL METADATA VIRTUAL,
  `offset` BIGINT NOT NULL METADATA VIRTUAL,
  -- When the broker appended it: the topic has LogAppendTime.
  ingested TIMESTAMP_LTZ(3) NOT NULL METADATA FROM 'timestamp' VIRTUAL,
  -- The time of the event; a record that has none needs some time all the same, and reaches no window.
  rowtime AS COALESCE(
    TO_TIMESTAMP_LTZ(JSON_VALUE(payload, '$.time'), 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
    ingested),
  proc AS PROCTIME(),
  -- 10 s behind the lateness of events.sql: a partition that wakes up may be that far behind the others.
  WATERMARK FOR rowtime AS ingested - INTERVAL '40' SECOND
) WITH (
  ${source_options}
);

-- A path that names several fields gives an object of those that are there, in this order, whatever the record's own order is.
CREATE TEMPORARY VIEW extracts AS SELECT
  *,
  JSON_QUERY(payload, '$[''id'',''time'',''type'']') AS envelope,
  JSON_QUERY(payload, '$.data[''country'',''currency'',''order_id'',''refund_minor'',''total_minor'']') AS `data`,
  JSON_QUERY(payload, '$.data.lines[*][''product_id'',''quantity'']') AS lines,
  CARDINALITY(JSON_QUERY(payload, '$.data.lines' RETURNING ARRAY<STRING>)) AS line_count,
  CURRENT_WATERMARK(rowtime) AS current_mark
FROM records;

-- After a restart CURRENT_WATERMARK begins anew while the windows remember what they closed: so must this. It also makes the
-- extracts once, and not again wherever they are mentioned.
CREATE TEMPORARY VIEW remembered AS SELECT
  *,
  MAX(current_mark) OVER (ORDER BY proc ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS closed_until
FROM extracts;

-- A field is NULL when it is missing or of another type than in the contract, with all of its object.
CREATE TEMPORARY VIEW fields AS SELECT
  `topic`, `partition`, `offset`, ingested, payload, rowtime, proc, closed_until, lines,
  REGEXP_EXTRACT(envelope, ${envelope}, 1) AS id,
  REGEXP_EXTRACT(envelope, ${envelope}, 2) AS `time`,
  REGEXP_EXTRACT(envelope, ${envelope}, 3) AS `type`,
  REGEXP_EXTRACT(`data`, ${data}, 1) AS country,
  REGEXP_EXTRACT(`data`, ${data}, 2) AS currency,
  REGEXP_EXTRACT(`data`, ${data}, 3) AS order_id,
  CAST(REGEXP_EXTRACT(`data`, ${data}, 4) AS BIGINT) AS refund_minor,
  CAST(REGEXP_EXTRACT(`data`, ${data}, 5) AS BIGINT) AS total_minor,
  -- No line may have been left out for want of its fields.
  REGEXP(lines, ${lines})
    AND CARDINALITY(JSON_QUERY(lines, '$' RETURNING ARRAY<STRING>)) = line_count AS lines_parse
FROM remembered
WHERE `topic` = '${orders_topic}';

CREATE TEMPORARY VIEW parsed AS SELECT
  *,
  (id IS NOT NULL AND order_id IS NOT NULL AND lines_parse
    AND TO_TIMESTAMP_LTZ(`time`, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z''') IS NOT NULL
    AND (`type` <> 'order.refunded' OR refund_minor IS NOT NULL)) IS TRUE AS parses
FROM fields;
