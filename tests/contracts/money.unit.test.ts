import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

type Schema = Readonly<Record<string, unknown>>;

/** Every schema in a document, with the path to it. */
function* schemas(value: unknown, path = ''): Generator<readonly [path: string, schema: Schema]> {
  if (value === null || typeof value !== 'object') return;
  if (!Array.isArray(value)) yield [path, value as Schema];
  for (const [key, inner] of Object.entries(value)) yield* schemas(inner, `${path}/${key}`);
}

const documents = ['docs/openapi.json', 'docs/schemas/order-event.v1.json'];

test.each(documents)('%s: every amount is a whole number of minor units, and no number is a fraction', (file) => {
  let amounts = 0;
  for (const [path, schema] of schemas(JSON.parse(readFileSync(file, 'utf8')))) {
    if (/(_minor|amount)$/.test(path) && 'type' in schema && schema.type !== 'object') {
      expect([path, schema.type]).toEqual([path, 'integer']);
      amounts += 1;
    }
    if (typeof schema.type === 'string') expect([path, schema.type]).not.toEqual([path, 'number']);
  }
  expect(amounts).toBeGreaterThan(2);
});

test('an amount never comes without its currency', () => {
  for (const [path, schema] of schemas(JSON.parse(readFileSync('docs/openapi.json', 'utf8')))) {
    const properties = schema.properties as Schema | undefined;
    if (properties?.amount_minor)
      expect([path, Object.keys(properties).sort()]).toEqual([path, ['amount_minor', 'currency']]);
  }
});
