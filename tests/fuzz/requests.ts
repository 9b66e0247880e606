import type { Chance } from './chance.ts';
import type { Operation } from './document.ts';
import { oddText, spoiled, validValue } from './values.ts';

export type FuzzRequest = {
  readonly operation: Operation;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
};

/** Tokens by what they are: the fuzzer chooses among them. */
export type Tokens = { readonly valid: readonly string[]; readonly bad: readonly string[] };

/** A request to an operation with, usually, one or more things wrong in it. */
export function fuzzRequest(operation: Operation, tokens: Tokens, chance: Chance): FuzzRequest {
  const path = operation.path.replaceAll(/\{[a-z_]+\}/g, () => oddText({ type: 'string' }, chance) || 'x');
  const { headers, body } = bodyOf(operation, chance);
  return {
    operation,
    method: operation.method,
    path: `${path}${queryOf(operation, chance)}`,
    headers: { ...authorization(tokens, chance), ...keyOf(operation, chance), ...oddHeaders(chance), ...headers },
    body,
  };
}

function queryOf(operation: Operation, chance: Chance): string {
  const fields = (operation.parameters ?? [])
    .filter((parameter) => parameter.in === 'query' && chance.is(0.5))
    .map((parameter) => `${parameter.name}=${oddText(parameter.schema, chance)}`);
  if (chance.is(0.1))
    fields.push(chance.pick(['zzz=1', 'limit=1&limit=2', '&&', '=', '%00=%00', 'q[]=1', '__proto__=1']));
  return fields.length > 0 ? `?${fields.join('&')}` : '';
}

function authorization(tokens: Tokens, chance: Chance): Record<string, string> {
  const turn = chance.below(10);
  if (turn === 0) return {};
  const token = turn === 1 ? chance.pick(tokens.bad) : `Bearer ${chance.pick(tokens.valid)}`;
  return { authorization: token };
}

function keyOf(operation: Operation, chance: Chance): Record<string, string> {
  const takesKey = operation.parameters?.some((parameter) => parameter.name === 'Idempotency-Key');
  if (!takesKey || chance.is(0.1)) return {};
  const fresh = `fuzz-${chance.below(2 ** 31)}-${chance.below(2 ** 31)}`;
  const odd = [
    '',
    'short',
    'x'.repeat(256),
    'with spaces in the middle',
    '"quoted-quoted-quoted"',
    '\u00e9'.repeat(20),
  ];
  return { 'idempotency-key': chance.is(0.7) ? fresh : chance.pick(odd) };
}

const odd: readonly Readonly<Record<string, string>>[] = [
  { accept: 'text/html;q=0.0001, */*;q=2' },
  { 'x-request-id': '\u00ff'.repeat(80) },
  { traceparent: '00-zzzz-01' },
  { 'x-deadline-ms': '-5' },
  { 'x-user-token': 'Bearer x' },
  { 'x-cart-id': "'; --" },
  { 'x-cart-id': 'a'.repeat(2_000) },
  { 'if-none-match': '*' },
  { 'if-none-match': '"\u00ff"' },
  { 'if-modified-since': 'yesterday' },
  { range: 'bytes=0-0' },
  { 'accept-encoding': 'br;q=9' },
  { 'accept-language': '*'.repeat(3_000) },
  { cookie: 'a=b; '.repeat(300) },
  { 'x-forwarded-for': '127.0.0.1, unknown, ::1' },
  { 'content-encoding': 'gzip' },
];

const oddHeaders = (chance: Chance): Readonly<Record<string, string>> => (chance.is(0.2) ? chance.pick(odd) : {});

const contentTypes = [
  'text/plain',
  'application/xml',
  'application/json; charset=utf-16',
  'multipart/form-data',
  'json',
  '',
];

function bodyOf(operation: Operation, chance: Chance): Pick<FuzzRequest, 'headers' | 'body'> {
  if (operation.method === 'GET') return { headers: {}, body: null };
  const schema = operation.requestBody?.content['application/json']?.schema;
  if (!schema && chance.is(0.7)) return { headers: {}, body: null };
  const headers = { 'content-type': chance.is(0.9) ? 'application/json' : chance.pick(contentTypes) };
  const value = validValue(schema ?? { type: 'object' }, chance);
  const turn = chance.below(20);
  if (turn < 2) return { headers, body: brokenJson(JSON.stringify(value), chance) };
  if (turn < 5) return { headers, body: Buffer.from(JSON.stringify(value)) };
  return { headers, body: Buffer.from(JSON.stringify(spoiled(value, chance))) };
}

function brokenJson(text: string, chance: Chance): Buffer {
  return chance.pick([
    Buffer.from(text.slice(0, chance.below(text.length) + 1)),
    Buffer.from(`${text}${text}`),
    Buffer.from(`\ufeff${text}`),
    Buffer.from(text.replaceAll('"', "'")),
    Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from([0xff, 0xfe, 0xc0, 0x80])]),
    Buffer.from('{"__proto__":{"admin":true}}'),
    Buffer.from('{"email":1,"email":2}'),
    Buffer.from('['.repeat(30_000)),
    Buffer.from(' '.repeat(1_000)),
    Buffer.from('NaN'),
    Buffer.alloc(70 * 1024, 0x20),
    Buffer.alloc(0),
  ]);
}
