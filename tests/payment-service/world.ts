import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { inject } from 'vitest';
import { freePort } from '../../bin/local/ports.ts';
import { newId } from '../../services/kit/ids.ts';
import { paymentsTable } from '../../services/payment-service/table.ts';
import { createDynamoClient, createTables } from '../harness/dynamodb.ts';
import { memoryDirectory } from '../harness/memory-directory.ts';
import { startIdentities } from './identities.ts';
import { startOrderDouble } from './order-double.ts';
import { eventually, type Program, startProgram } from './processes.ts';

export type LedgerOperation = {
  readonly key: string;
  readonly kind: string;
  readonly state: string;
  readonly reference: string;
  readonly order_id: string;
  readonly amount_minor: number;
  readonly times_asked: number;
};
export type Answer = { readonly status: number; readonly text: string; readonly headers: Headers; readonly body: Body };
type Body = Record<string, unknown> & { payment_id?: string; state?: string; code?: string; refund_id?: string };
export type Item = Record<string, unknown> & { pk: string; sk: string };

const secretKey = 'sk_test_for_local_use_only';
let keys = 0;

/** A fresh idempotency key. */
export const freshKey = () => `test-key-${process.pid}-${++keys}-${newId('request')}`;

/**
 * payment-service and the provider simulator as processes, DynamoDB Local, and a double of order-service. `args` go to the
 * Node of payment-service, `env` into its environment.
 */
export async function startWorld(
  options: {
    readonly provider?: Readonly<Record<string, string>>;
    readonly args?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly leaseMs?: number;
  } = {},
) {
  const dir = memoryDirectory('payment');
  const tokenDir = join(dir, 'tokens');
  const [identities, orders, tables] = await Promise.all([
    startIdentities(tokenDir),
    startOrderDouble(options.leaseMs),
    createTables([paymentsTable], 'payment'),
  ]);
  const table = tables['ecommerce-payments'];
  const dynamo = createDynamoClient();
  const providerPort = await freePort();
  const providerUrl = `http://127.0.0.1:${providerPort}`;
  const serviceToken = await identities.service('order-service', 'payment-service');
  const programs = new Set<Program>();

  const startProvider = async () => {
    const env = { PORT: String(providerPort), LEDGER: join(dir, 'ledger.jsonl'), PAYMENT_PROVIDER_KEY: secretKey };
    const file = 'bin/local/payment-provider/main.ts';
    const started = await startProgram(file, { ...env, ...options.provider }, `${providerUrl}/livez`);
    programs.add(started);
    return started;
  };

  /** One replica; `failpoint` as `name:nth:action`. */
  const startService = async (failpoint?: string) => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const env = {
      PORT: String(port),
      METRICS_PORT: '0',
      HOST: '127.0.0.1',
      SERVICE_TOKEN_DIR: tokenDir,
      SHUTDOWN_DELAY_MS: '0',
      PAYMENTS_TABLE: table,
      ORDER_SERVICE_URL: orders.url,
      USER_SERVICE_URL: identities.url,
      SERVICE_JWKS_URL: identities.url,
      PAYMENT_PROVIDER_URL: providerUrl,
      PAYMENT_PROVIDER_KEY: secretKey,
      AWS_REGION: 'ap-south-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_DYNAMODB: inject('dynamodbEndpoint'),
      ...(failpoint ? { FAILPOINTS: '1', FAILPOINT: failpoint } : {}),
      ...options.env,
    };
    const program = await startProgram('services/payment-service/main.ts', env, `${url}/readyz`, options.args);
    programs.add(program);
    return { ...program, url };
  };

  async function call(
    url: string,
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: unknown,
  ): Promise<Answer> {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') ?? false;
    return { status: response.status, text, headers: response.headers, body: json ? (JSON.parse(text) as Body) : {} };
  }

  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  async function ledger(orderId?: string): Promise<readonly LedgerOperation[]> {
    const query = orderId ? `?order_id=${orderId}` : '';
    const { body } = await call(providerUrl, 'GET', `/ledger${query}`, bearer(secretKey));
    return body.operations as readonly LedgerOperation[];
  }

  async function items(): Promise<readonly Item[]> {
    const found: Item[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await dynamo.send(
        new ScanCommand({ TableName: table, ConsistentRead: true, ...(start ? { ExclusiveStartKey: start } : {}) }),
      );
      found.push(...((page.Items ?? []) as Item[]));
      start = page.LastEvaluatedKey;
    } while (start);
    return found;
  }

  const attempts = async (orderId?: string) =>
    (await items()).filter(
      (one) => one.pk.startsWith('PAY#') && one.sk === 'META' && (orderId === undefined || one.order_id === orderId),
    );

  const provider = await startProvider();
  return {
    provider,
    dir,
    table,
    dynamo,
    orders,
    identities,
    providerUrl,
    secretKey,
    startProvider,
    startService,
    call,
    ledger,
    items,
    attempts,
    /** Pays as a user who sends the same request again when the answer is 503, as a busy machine may make it. */
    pay: async (url: string, user: string, orderId: string, token: string, key: string) => {
      const headers = { ...bearer(await identities.user(user)), 'idempotency-key': key };
      const body = { order_id: orderId, payment_method_token: token };
      let wasBusy = false;
      for (let attempt = 0; ; attempt += 1) {
        const answer = await call(url, 'POST', '/payments', headers, body);
        const isBusy = answer.status === 503 || (wasBusy && answer.body.code === 'request_in_progress');
        if (!isBusy || attempt >= 20) return answer;
        wasBusy = true;
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    },
    /** Asks for a refund as an administrator. */
    refund: async (url: string, paymentId: string, key: string, body: unknown) =>
      call(
        url,
        'POST',
        `/payments/${paymentId}/refund`,
        { ...bearer(await identities.user('usr_admin', 'customer admin')), 'idempotency-key': key },
        body,
      ),
    /** Asks as order-service. */
    internal: (url: string, method: string, path: string, body?: unknown) =>
      call(url, method, path, bearer(serviceToken), body),
    asUser: async (url: string, method: string, path: string, user: string, scope?: string) =>
      call(url, method, path, bearer(await identities.user(user, scope))),
    /** Waits until no attempt has anything left to do. */
    atRest: (withinMs = 15_000) =>
      eventually(
        async () => (await attempts()).filter((one) => one.work_pk !== undefined).map((one) => [one.pk, one.state]),
        (busy) => busy.length === 0,
        withinMs,
      ),
    async close() {
      await Promise.all([...programs].map((program) => program.kill()));
      orders.close();
      identities.close();
      dynamo.destroy();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export type World = Awaited<ReturnType<typeof startWorld>>;
