-- A record that is not what the contract says, as it came; partition and offset name it.
CREATE TEMPORARY TABLE unparsable_events (
  `topic` STRING,
  `partition` INT,
  `offset` BIGINT,
  ingested TIMESTAMP_LTZ(3),
  payload STRING,
  `day` STRING,
  `hour` STRING
) PARTITIONED BY (`day`, `hour`) WITH (
  'path' = '${results}/unparsable_events',
  ${sink_options}
);

INSERT INTO unparsable_events SELECT
  `topic`,
  `partition`,
  `offset`,
  ingested,
  payload,
  DATE_FORMAT(ingested, 'yyyy-MM-dd'),
  DATE_FORMAT(ingested, 'HH')
FROM parsed
WHERE NOT parses;
