SET 'pipeline.name' = '${name}';
SET 'execution.runtime-mode' = 'streaming';
SET 'table.local-time-zone' = 'UTC';
-- One reader of the topics and one deduplication for all results.
SET 'table.optimizer.reuse-optimize-block-with-digest-enabled' = 'true';
-- The watermark that the lateness check sees is then the one that the windows see. It carries 3,400 events a second on two cores
-- that others use too; for more, only the extracts of records.sql can be made in parallel.
SET 'parallelism.default' = '1';
-- Ids are remembered for longer than the topic keeps an event (7 days), so no repetition can come after its id is forgotten.
SET 'table.exec.state.ttl' = '8 d';
