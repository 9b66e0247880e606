import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { orderEventJsonSchema } from '../../bin/asyncapi.ts';
import { breakingChanges } from '../../bin/event-compatibility.ts';
import { eventDocuments } from '../../bin/event-documents.ts';
import { newId } from '../../services/kit/ids.ts';
import {
  makeOrderEvent,
  type OrderEventInput,
  orderEventReasons,
  orderEventSchema,
  orderEventTypes,
} from '../../services/order-service/events.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const committed = (path: string) => readFileSync(`${root}/${path}`, 'utf8');
const schemaFile = 'docs/schemas/order-event.v1.json';

const input: OrderEventInput = {
  type: 'order.placed',
  time: '2026-01-02T03:04:05.678Z',
  order_id: newId('order'),
  seq: 2,
  state: 'awaiting_payment',
  user_id: newId('user'),
  currency: 'INR',
  total_minor: 300_000,
  country: 'IN',
  lines: [{ product_id: newId('product'), quantity: 2, unit_minor: 150_000, line_minor: 300_000 }],
};

const ajv = new Ajv2020({ strict: true, allErrors: true });
addFormats.default(ajv);
const isValid = ajv.compile(JSON.parse(committed(schemaFile)));

test('docs/asyncapi.json and the JSON Schema are what the catalogue of events derives', () => {
  for (const [path, text] of Object.entries(eventDocuments(committed))) expect(committed(path)).toBe(text);
});

test('an event has an id of order and sequence, and the same input gives the same bytes', () => {
  const event = makeOrderEvent(input);
  expect(event.id).toBe(`${input.order_id}:2`);
  expect(event.subject).toBe(input.order_id);
  expect(JSON.stringify(makeOrderEvent({ ...input }))).toBe(JSON.stringify(event));
});

test('every event that can be made validates against the committed schema', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...orderEventTypes),
      fc.constantFrom('payment_declined', 'changed my mind', undefined),
      fc.nat(),
      fc.option(fc.nat(), { nil: undefined }),
      fc.boolean(),
      (type, reason, total, refund, paid) => {
        const event = makeOrderEvent({
          ...input,
          type,
          reason,
          total_minor: total,
          refund_minor: refund,
          ...(paid ? { payment_id: newId('payment') } : {}),
        });
        if (!isValid(JSON.parse(JSON.stringify(event)))) throw new Error(JSON.stringify(isValid.errors));
      },
    ),
    { numRuns: 500 },
  );
});

test('id and subject of another order or sequence are refused', () => {
  const event = makeOrderEvent(input);
  for (const wrong of [{ id: `${input.order_id}:3` }, { subject: newId('order') }, { id: `${newId('order')}:2` }])
    expect(orderEventSchema.safeParse({ ...event, ...wrong }).success).toBe(false);
});

test('what a customer wrote as a reason does not get into an event', () => {
  const event = makeOrderEvent({ ...input, reason: 'Asha Rao, asha@mail.example, wants red' });
  expect(event.data.reason).toBe('on_request');
});

type Schema = { readonly [keyword: string]: unknown; readonly type?: string };

/** Every string of a schema that any text could be put into, and every object that takes unknown fields. */
function openPlaces(schema: Schema, path = ''): string[] {
  if (schema.type === 'string')
    return schema.enum || schema.const || /^\^.*\$$/.test(String(schema.pattern)) ? [] : [path];
  if (schema.type === 'array') return openPlaces(schema.items as Schema, `${path}[]`);
  if (schema.type === 'integer') return [];
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
  return [
    ...(schema.type === 'object' && schema.additionalProperties === false ? [] : [path]),
    ...properties.flatMap(([name, property]) => openPlaces(property, `${path}/${name}`)),
  ];
}

test('no field of an event can hold a name, an e-mail address, a telephone number or a street', () => {
  const schema = orderEventJsonSchema() as Schema;
  expect(openPlaces(schema)).toEqual([]);
  const people = ['Asha', 'asha rao', 'asha@mail.example', '+91 98765 43210', '12 MG Road', 'Bengaluru 560001'];
  const event = JSON.parse(
    JSON.stringify(makeOrderEvent({ ...input, reason: 'stock_lost', payment_id: newId('payment') })),
  );
  const places = [event, event.data, event.data.lines[0]];
  for (const place of places)
    for (const name of [...Object.keys(place), 'name', 'email', 'phone', 'shipping_address', 'recipient'])
      for (const value of people) {
        const before = place[name];
        place[name] = value;
        expect(isValid(event), `${name} = ${value}`).toBe(false);
        expect(orderEventSchema.safeParse(event).success).toBe(false);
        if (before === undefined) delete place[name];
        else place[name] = before;
      }
  expect(isValid(event)).toBe(true);
});

test('the check for open places finds a free text and an open object', () => {
  const free = structuredClone(orderEventJsonSchema()) as never as {
    properties: { data: { additionalProperties?: unknown; properties: Record<string, unknown> } };
  };
  free.properties.data.properties.note = { type: 'string', maxLength: 20 };
  delete free.properties.data.additionalProperties;
  expect(openPlaces(free)).toEqual(['/data', '/data/note']);
});

test('the schema breaks no version of it that was ever committed', () => {
  const git = (...args: string[]) => execFileSync('git', ['-C', root, ...args], { encoding: 'utf8' });
  // An unpacked archive has no history but the file itself.
  const commits = existsSync(`${root}/.git`) ? git('log', '--format=%H', '--', schemaFile).split('\n') : [];
  const versions = [
    committed(schemaFile),
    ...commits.filter(Boolean).map((one) => git('show', `${one}:${schemaFile}`)),
  ];
  for (const version of versions) expect(breakingChanges(JSON.parse(version), orderEventJsonSchema())).toEqual([]);
});

type Plant = (schema: {
  properties: { data: { properties: Record<string, Record<string, unknown>>; required: string[] } };
}) => void;

const breaking: readonly (readonly [name: string, plant: Plant, sentence: string])[] = [
  ['a removed field', (schema) => delete schema.properties.data.properties.payment_id, '/data/payment_id was removed.'],
  [
    'a new required field',
    (schema) => {
      schema.properties.data.properties.channel = { type: 'string', enum: ['web'] };
      schema.properties.data.required.push('channel');
    },
    '/data/channel is newly required.',
  ],
  [
    'an optional field that becomes required',
    (schema) => schema.properties.data.required.push('payment_id'),
    '/data/payment_id is newly required.',
  ],
  [
    'a promised field that becomes optional',
    (schema) => {
      schema.properties.data.required = schema.properties.data.required.filter((name) => name !== 'country');
    },
    '/data/country is no longer promised.',
  ],
  [
    'a changed type',
    (schema) => {
      schema.properties.data.properties.total_minor = { type: 'string' };
    },
    '/data/total_minor: type changed from "integer" to "string".',
  ],
  [
    'a narrowed number',
    (schema) => {
      schema.properties.data.properties.total_minor = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };
    },
    '/data/total_minor: minimum was raised to 1.',
  ],
  [
    'a value taken out of an enum',
    (schema) => {
      schema.properties.data.properties.state = { type: 'string', enum: ['created'] };
    },
    '/data/state lost the value "paid".',
  ],
  [
    'a narrowed pattern',
    (schema) => {
      schema.properties.data.properties.country = { type: 'string', pattern: '^IN$' };
    },
    '/data/country: pattern changed from "^[A-Z]{2}$" to "^IN$".',
  ],
];

for (const [name, plant, sentence] of breaking)
  test(`the compatibility check refuses ${name}`, () => {
    const next = structuredClone(orderEventJsonSchema());
    plant(next as never);
    expect(breakingChanges(orderEventJsonSchema(), next)).toContain(sentence);
  });

test('the compatibility check allows a new optional field and a new value of an enum', () => {
  const next = structuredClone(orderEventJsonSchema()) as never as Parameters<Plant>[0];
  next.properties.data.properties.channel = { type: 'string', enum: ['web', 'app'] };
  next.properties.data.properties.reason = { type: 'string', enum: [...orderEventReasons, 'out_of_season'] };
  expect(breakingChanges(orderEventJsonSchema(), next)).toEqual([]);
});

test('generation refuses to write a schema that breaks the present one', () => {
  const stricter = structuredClone(orderEventJsonSchema()) as never as Parameters<Plant>[0];
  stricter.properties.data.properties.gone = { type: 'string' };
  expect(() => eventDocuments(() => JSON.stringify(stricter))).toThrow('/data/gone was removed.');
});
