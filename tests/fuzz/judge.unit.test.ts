import { describe, expect, test } from 'vitest';
import openApi from '../../docs/openapi.json' with { type: 'json' };
import { createChance } from './chance.ts';
import { type Document, operationsOf } from './document.ts';
import { createJudge, type FuzzAnswer } from './judge.ts';
import { fuzzRequest } from './requests.ts';

const document = openApi as unknown as Document;
const operations = operationsOf(document);
const judge = createJudge(document);
const operation = operations.find((one) => one.method === 'GET' && one.path === '/api/v1/products/{product_id}');
if (!operation) throw new Error('the document has no product read');

const problem = {
  type: 'urn:ecommerce:problem:not_found',
  title: 'Not found',
  status: 404,
  code: 'not_found',
  detail: 'There is no such product.',
  request_id: 'req_1',
};
const answer = (status: number, body: unknown, headers: Record<string, string> = {}): FuzzAnswer => ({
  status,
  headers: {
    'content-type': 'application/problem+json',
    'x-request-id': 'req_1',
    traceparent: '00-a-b-01',
    ...headers,
  },
  text: typeof body === 'string' ? body : JSON.stringify(body),
});

describe('the judge of fuzzed answers', () => {
  test('finds nothing wrong with a whole problem document of a declared status', () => {
    expect(judge(operation, answer(404, problem))).toEqual([]);
  });

  test.each([
    ['a 500', answer(500, { ...problem, status: 500, code: 'internal' }), /answered 500/],
    ['an undeclared status', answer(418, { ...problem, status: 418 }), /418 is not declared/],
    ['a member that is missing', answer(404, { ...problem, detail: undefined }), /has no detail/],
    ['another status inside', answer(404, { ...problem, status: 400 }), /names another status/],
    ['another request id inside', answer(404, { ...problem, request_id: 'req_2' }), /another request id/],
    ['an undeclared code', answer(404, { ...problem, code: 'gone' }), /not as declared/],
    ['plain text', answer(404, 'nope', { 'content-type': 'text/plain' }), /came as "text\/plain"/],
    ['text that says it is a problem', answer(404, 'nope'), /is not JSON/],
    ['a stack', answer(404, { ...problem, detail: 'Error at handle (store.ts:12)' }), /shows internals/],
    ['no trace', answer(404, problem, { traceparent: '' }), /has no traceparent/],
    [
      'a product without a price',
      answer(200, { product_id: 'x' }, { 'content-type': 'application/json' }),
      /not as declared/,
    ],
  ])('refuses %s', (_, bad, sentence) => {
    expect(judge(operation, bad).join('\n')).toMatch(sentence);
  });
});

test('a seed replays the same requests, and they cover every operation', () => {
  const tokens = { valid: ['t'], bad: ['x'] };
  const make = () => {
    const chance = createChance(42);
    return operations.flatMap((one) => [fuzzRequest(one, tokens, chance), fuzzRequest(one, tokens, chance)]);
  };
  expect(make()).toEqual(make());
  expect(new Set(make().map((request) => request.operation)).size).toBe(operations.length);
});
