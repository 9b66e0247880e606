import { setTimeout as sleep } from 'node:timers/promises';

/** A statement or a job that Flink refused; the message says which and why in Flink's own words. */
export class FlinkFailure extends Error {}

type Row = { readonly fields: readonly unknown[] };
type Results = {
  readonly resultType: 'NOT_READY' | 'PAYLOAD' | 'EOS';
  readonly nextResultUri?: string;
  readonly jobID?: string;
  readonly results?: { readonly data: readonly Row[] };
};
/** The rows of a statement; `jobId` when it started a job. */
export type Answer = { readonly rows: readonly (readonly unknown[])[]; readonly jobId?: string };

export interface Session {
  /** Runs one statement to its end and answers its rows. Throws a `FlinkFailure` that names it. */
  execute(statement: string, withinMs?: number): Promise<Answer>;
  properties(): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
}

/** Opens a session on the SQL gateway at `endpoint`; `properties` are Flink settings of this session only. */
export async function openSession(
  endpoint: string,
  properties: Readonly<Record<string, string>> = {},
): Promise<Session> {
  const { sessionHandle } = await ask<{ sessionHandle: string }>(endpoint, 'POST', '/v1/sessions', { properties });
  const session = `/v1/sessions/${sessionHandle}`;

  async function rowsOf(operation: string, until: number): Promise<Answer> {
    const rows: (readonly unknown[])[] = [];
    let jobId: string | undefined;
    let uri: string | undefined = `${session}/operations/${operation}/result/0?rowFormat=JSON`;
    while (uri !== undefined) {
      const answer: Results = await ask<Results>(endpoint, 'GET', uri.replace(/^\/v\d+/, '/v1'));
      jobId ??= answer.jobID;
      for (const row of answer.results?.data ?? []) rows.push(row.fields);
      uri = answer.resultType === 'EOS' ? undefined : answer.nextResultUri;
      if (answer.resultType !== 'NOT_READY') continue;
      if (performance.now() > until) throw new FlinkFailure('it took too long');
      await sleep(50);
    }
    return { rows, ...(jobId ? { jobId } : {}) };
  }

  return {
    async execute(statement, withinMs = 120_000) {
      try {
        const path = `${session}/statements`;
        const { operationHandle } = await ask<{ operationHandle: string }>(endpoint, 'POST', path, { statement });
        return await rowsOf(operationHandle, performance.now() + withinMs);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new FlinkFailure(`Flink refused "${firstLine(statement)}": ${why}.`);
      }
    },
    async properties() {
      return (await ask<{ properties: Record<string, string> }>(endpoint, 'GET', session)).properties;
    },
    async close() {
      await ask(endpoint, 'DELETE', session).catch(() => {});
    },
  };
}

/** Without values: a statement may hold a password. */
const firstLine = (statement: string): string =>
  statement
    .split('\n')
    .find((line) => line.trim() !== '' && !line.startsWith('--'))
    ?.slice(0, 80) ?? '';

async function ask<Value>(endpoint: string, method: string, path: string, body?: unknown): Promise<Value> {
  const response = await fetch(`${endpoint}${path}`, {
    method,
    signal: AbortSignal.timeout(30_000),
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const answer = (await response.json()) as Value & { readonly errors?: readonly string[] };
  if (!response.ok || answer.errors) throw new FlinkFailure(causeOf((answer.errors ?? []).join('\n')));
  return answer;
}

/** The innermost cause in a Java stack trace, in one line; credentials in it are left out. */
export function causeOf(trace: string): string {
  const lines = trace.split('\n');
  const causes = lines.filter((line) => line.startsWith('Caused by: '));
  const cause = causes.at(-1)?.slice('Caused by: '.length) ?? lines.find((line) => /Exception|Error/.test(line));
  const text = (cause || lines[0] || 'no reason given').replace(
    /^(?:[a-z][\w$]*\.)+(\w+(?:Exception|Error)): /,
    '$1: ',
  );
  return text.replace(/password\s*=\s*(?:"(?:\\.|[^"\\])*"|\S+)/gi, 'password=…').slice(0, 500);
}
