import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Document, Operation, Schema } from './document.ts';

export type FuzzAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
};

/** What an answer never shows: a stack, a query, a path of ours. */
const internals =
  /\bat [\w.<>]+ \(|\.ts:\d|node_modules|\bSELECT\b|\bINSERT INTO\b|PostgresError|ValidationException|ECONNREFUSED/;

/** Judges answers by the document: each sentence says what is wrong, and none means that all is well. */
export function createJudge(document: Document): (operation: Operation, answer: FuzzAnswer) => readonly string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  (formats as unknown as (instance: Ajv2020) => void)(ajv);
  const compiled = new Map<Schema, ReturnType<Ajv2020['compile']>>();
  const check = (schema: Schema) => {
    const known = compiled.get(schema);
    if (known) return known;
    const made = ajv.compile({ ...schema, components: document.components });
    compiled.set(schema, made);
    return made;
  };

  return (operation, answer) => {
    const wrong: string[] = [];
    if (answer.status >= 500) wrong.push(`answered ${answer.status}`);
    const declared = operation.responses[String(answer.status)];
    if (!declared) return [...wrong, `the status ${answer.status} is not declared`];
    const type = String(answer.headers['content-type'] ?? '').split(';')[0] ?? '';
    const schema = declared.content?.[type]?.schema;
    if (declared.content && !schema) wrong.push(`${answer.status} came as "${type}", which is not declared`);
    if (!declared.content && answer.text !== '') wrong.push(`${answer.status} has a body`);
    const body = parsed(answer.text);
    if (answer.text !== '' && body === undefined) wrong.push(`${answer.status} is not JSON`);
    if (schema && body !== undefined) {
      const validate = check(schema);
      if (!validate(body)) wrong.push(`${answer.status} is not as declared: ${ajv.errorsText(validate.errors)}`);
    }
    if (answer.status >= 400) wrong.push(...problemFaults(answer, type, body));
    if (internals.test(answer.text)) wrong.push('shows internals');
    for (const header of ['x-request-id', 'traceparent']) if (!answer.headers[header]) wrong.push(`has no ${header}`);
    return wrong;
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function problemFaults(answer: FuzzAnswer, type: string, body: unknown): string[] {
  if (type !== 'application/problem+json') return [`an error came as "${type}"`];
  const document = (body ?? {}) as Readonly<Record<string, unknown>>;
  const wrong = ['type', 'title', 'status', 'code', 'detail', 'request_id']
    .filter((member) => document[member] === undefined || document[member] === '')
    .map((member) => `the problem has no ${member}`);
  if (document.status !== answer.status) wrong.push('the problem names another status');
  if (document.request_id !== answer.headers['x-request-id']) wrong.push('the problem names another request id');
  return wrong;
}
