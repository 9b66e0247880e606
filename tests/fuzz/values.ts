import type { Chance } from './chance.ts';
import type { Schema } from './document.ts';

type Json = unknown;

const id = (prefix: string) => `${prefix}_0190a000-0000-7000-8000-00000000000a`;

/** Words that a field of this name would hold, where a schema alone does not say. */
const words: Readonly<Record<string, string>> = {
  email: 'fuzz@example.com',
  password: 'correct horse battery staple',
  currency: 'INR',
  country: 'IN',
  payment_method_token: 'pm_ok',
  phone: '+919800000000',
};

/** A value that the schema allows, as far as we understand it. */
export function validValue(schema: Schema, chance: Chance, name = ''): Json {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return chance.pick(schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return validValue(chance.pick(choices), chance, name);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => validValue(part, chance, name)));
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0];
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([key]) => schema.required?.includes(key) || chance.is(0.5))
          .map(([key, property]) => [key, validValue(property, chance, key)]),
      );
    case 'array':
      return Array.from({ length: Math.max(1, schema.minItems ?? 0) }, () =>
        validValue(schema.items ?? {}, chance, name),
      );
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 1, 1);
    case 'boolean':
      return chance.is(0.5);
    case 'null':
      return null;
    default:
      return validString(schema, name);
  }
}

function validString(schema: Schema, name: string): string {
  const prefix = /^\^([a-z]{3})_/.exec(schema.pattern ?? '')?.[1];
  if (prefix) return id(prefix);
  const word = words[name];
  if (word) return word;
  if (schema.format === 'date-time') return '2026-01-01T00:00:00Z';
  return 'x'.repeat(Math.max(schema.minLength ?? 1, 3));
}

const wrong: readonly Json[] = [
  null,
  true,
  -1,
  0,
  1.5,
  1e308,
  -1e308,
  Number.MAX_SAFE_INTEGER + 2,
  2_147_483_648,
  '',
  ' ',
  '1',
  'null',
  'undefined',
  "'; DROP TABLE users; --",
  '\u0000',
  '\ud800',
  '\u202e\u0000\uffff',
  '\u{1f4a9}'.repeat(50),
  'a'.repeat(5_000),
  '../../etc/passwd',
  '<script>alert(1)</script>',
  '{{7*7}}',
  [],
  [[[[[[[]]]]]]],
  {},
  { $ne: null },
  { amount_minor: '1', currency: 'inr' },
];

/** The same value with one thing wrong in it. */
export function spoiled(value: Json, chance: Chance): Json {
  if (Array.isArray(value) && value.length > 0 && chance.is(0.7)) {
    const at = chance.below(value.length);
    return chance.is(0.2)
      ? Array.from({ length: 1_000 }, () => value[0])
      : value.map((one: Json, index) => (index === at ? spoiled(one, chance) : one));
  }
  if (value !== null && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length > 0) {
    const key = chance.pick(Object.keys(value));
    const { [key]: taken, ...rest } = value as Record<string, Json>;
    const turn = chance.below(10);
    if (turn < 2) return rest;
    if (turn < 4)
      return {
        ...value,
        [chance.pick(['price', 'user_id', 'total', 'status', 'constructor', 'x'])]: chance.pick(wrong),
      };
    return { ...rest, [key]: spoiled(taken, chance) };
  }
  return chance.pick(wrong);
}

/** A string for a path segment or a query, already encoded. */
export function oddText(schema: Schema, chance: Chance): string {
  if (chance.is(0.4)) return encodeURIComponent(String(validValue(schema, chance)));
  return chance.pick([
    'x',
    '0',
    '-1',
    '1e9',
    '99999999999999999999',
    'null',
    'a'.repeat(200),
    'ord_0190a000-0000-7000-8000-00000000000Z',
    'prd_0190a000-0000-7000-8000-00000000000a',
    '%00',
    '%ff%fe',
    '%f0%9f%92%a9',
    '%27%20OR%201%3D1',
    '%',
    '%zz',
    '..',
    '~',
    '*',
    'a;b=c',
    '%2e%2e',
  ]);
}
