-- One record a second from the job to itself: a minute ends although nobody orders, and only while Kafka answers.
CREATE TEMPORARY TABLE seconds (
  n INT
) WITH (
  'connector' = 'datagen',
  'rows-per-second' = '1'
);

CREATE TEMPORARY TABLE heartbeat (
  payload STRING
) WITH (
  ${heartbeat_options}
);

INSERT INTO heartbeat SELECT CAST('heartbeat' AS STRING) FROM seconds;
