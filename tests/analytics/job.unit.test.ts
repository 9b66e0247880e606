import { expect, test } from 'vitest';
import { type JobEnvironment, renderScript, renderStatements, sqlFiles } from '../../analytics/job.ts';
import { passwordPlaceholder, withPassword } from '../../analytics/kafka-options.ts';

const production: JobEnvironment = {
  brokers: 'b-1.example.net:9096,b-2.example.net:9096',
  security: { kind: 'scram', username: 'flink-analytics' },
  results: 'gs://results/v1',
  idleSeconds: 60,
  rolloverSeconds: 30,
};

test('a rendered script names the login and leaves the password out', () => {
  const script = renderScript(production);
  expect(script).toContain(`'properties.security.protocol' = 'SASL_SSL'`);
  expect(script).toContain(`'properties.sasl.mechanism' = 'SCRAM-SHA-512'`);
  // The source and the heartbeat's sink.
  expect(script.split(`username="flink-analytics" password="${passwordPlaceholder}";`)).toHaveLength(3);
  expect(script).not.toContain('truststore');
  expect(script).not.toContain('${');
});

test('a password is put in its place so that no character of it ends the text around it', () => {
  const filled = withPassword(`'x password="${passwordPlaceholder}";'`, `a"b\\c'd$&`);
  expect(filled).toBe(`'x password="a\\"b\\\\c''d$&";'`);
});

test('the script for the cluster holds the same statements as the list, and starts the job last', () => {
  const script = renderScript(production);
  for (const statement of renderStatements(production)) expect(script).toContain(`${statement};`);
  expect(script).toMatch(/EXECUTE STATEMENT SET BEGIN[\s\S]*END;\n$/);
});

test('a bounded run ends and sends itself no heartbeat', () => {
  const bounded = renderScript({ ...production, reads: 'bounded' });
  expect(bounded).toContain(`'scan.bounded.mode' = 'latest-offset'`);
  expect(bounded).not.toMatch(/heartbeat/);
  const unbounded = renderScript(production);
  expect(unbounded).not.toContain('scan.bounded.mode');
  expect(unbounded).toContain(`'topic' = 'orders.v1;analytics.heartbeat.v1'`);
  expect(unbounded).toContain(`'topic' = 'analytics.heartbeat.v1'`);
});

test('the job reads from the beginning under the group of the vocabulary, and only what is committed', () => {
  const script = renderScript(production);
  expect(script).toContain(`'properties.group.id' = 'flink-analytics'`);
  expect(script).toContain(`'properties.isolation.level' = 'read_committed'`);
  expect(script).toContain(`'scan.startup.mode' = 'earliest-offset'`);
});

test('no file of SQL holds a place, a login or a broker of its own', () => {
  for (const { name, text } of sqlFiles()) expect(text, name).not.toMatch(/\w:\/\/|bootstrap|jaas|password|:\d{4}/i);
});

test('a value that nobody gives is an error that names the file', () => {
  const files = [{ name: 'records', text: `SET 'a' = '$\{unheard}';` }];
  expect(() => renderStatements(production, files)).toThrow(`analytics/sql/records.sql asks for $\{unheard}`);
});
