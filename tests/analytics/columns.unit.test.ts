import { expect, test } from 'vitest';
import { columns, jsonPathsOf, shapeOf } from '../../analytics/columns.ts';
import { renderStatements, sinkNames, sqlFiles } from '../../analytics/job.ts';
import { orderEventTypes } from '../../services/order-service/events.ts';

const sql = sqlFiles()
  .map(({ text }) => text)
  .join('\n');

/** Fields that the SQL looks for and the table does not list, and the other way round, in a sentence each. */
function disagreements(text: string): readonly string[] {
  const read = new Set(jsonPathsOf(text));
  const listed = Object.keys(columns);
  return [
    ...[...read].filter((path) => !listed.includes(path)).map((path) => `${path} is read but not listed`),
    ...listed.filter((path) => !read.has(path)).map((path) => `${path} is listed but not read`),
  ];
}

const typesIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(/'(order\.\w+)'/g)].map(([, type]) => type ?? '')),
];

test('the SQL reads exactly the fields of the contract that are listed as read', () => {
  expect(disagreements(sql)).toEqual([]);
});

test('a field under another name is noticed in the SQL, both ways', () => {
  expect(disagreements(sql.replaceAll("''total_minor''", "''total_cents''"))).toEqual([
    'data.total_cents is read but not listed',
    'data.total_minor is listed but not read',
  ]);
});

test('the SQL names every type of event, and none that does not exist', () => {
  expect(typesIn(sql).toSorted()).toEqual([...orderEventTypes].toSorted());
});

test('a shape takes what the contract says and nothing that is only like it', () => {
  const shape = new RegExp(`^${shapeOf('data', ['refund_minor', 'total_minor'])}$`);
  expect('{"total_minor":12}').toMatch(shape);
  expect('{"refund_minor":1,"total_minor":12}').toMatch(shape);
  for (const other of ['{"total_minor":"12"}', '{"total_minor":12.5}', '{"total_minor":-1}', '{"refund_minor":1}'])
    expect(other).not.toMatch(shape);
  expect(() => shapeOf('data', ['totals'])).toThrow('data.totals is no single field');
});

const local = {
  brokers: 'kafka:9092',
  security: { kind: 'plaintext' },
  results: 'file:///results',
  idleSeconds: 5,
  rolloverSeconds: 1,
} as const;

test('every result is one table in the one statement that starts the job', () => {
  const statements = renderStatements(local);
  const last = statements.at(-1) ?? '';
  expect(last).toMatch(/^EXECUTE STATEMENT SET BEGIN[\s\S]*END$/);
  for (const sink of sinkNames) {
    expect(statements.filter((one) => one.includes(`CREATE TEMPORARY TABLE ${sink} (`))).toHaveLength(1);
    expect(last.match(new RegExp(`INSERT INTO ${sink} `, 'g'))).toHaveLength(1);
    expect(statements.join()).toContain(`'path' = 'file:///results/${sink}'`);
  }
});
