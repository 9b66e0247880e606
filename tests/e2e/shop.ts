import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import postgres from 'postgres';
import { Pool } from 'undici';
import { localAws } from '../../bin/local/aws.ts';
import { localSecrets } from '../../bin/local/secrets.ts';
import { idOf, newId, uuidOf } from '../../services/kit/ids.ts';
import { createAccessTokens } from '../../services/user-service/access-token.ts';
import type { PlatformUnderTest } from '../harness/platform.ts';

/** An answer of the gateway. `body` is the parsed JSON, `text` its bytes. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever came back
  readonly body: any;
};

export type Ask = {
  readonly token?: string | undefined;
  readonly key?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

export type Buyer = { readonly userId: string; readonly token: string };

export const address = {
  recipient: 'Asha Canaryname',
  line1: '12 Canary Lane',
  city: 'Pune',
  region: 'MH',
  postal_code: '411001',
  country: 'IN',
};

/** What a test does in the shop, through the gateway like everybody else. */
export function openShop(platform: PlatformUnderTest, connections = 16) {
  const pool = new Pool(platform.gateway, { connections, headersTimeout: 30_000, bodyTimeout: 30_000 });

  async function ask(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    what: Ask = {},
  ): Promise<Answer> {
    const response = await pool.request({
      method,
      path: `/api/v1${path}`,
      headers: {
        ...(what.token ? { authorization: `Bearer ${what.token}` } : {}),
        ...(what.key ? { 'idempotency-key': what.key } : {}),
        ...(what.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...what.headers,
      },
      body: what.body === undefined ? null : JSON.stringify(what.body),
    });
    const text = await response.body.text();
    return {
      status: response.statusCode,
      headers: response.headers,
      text,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }

  const dynamo = DynamoDBDocumentClient.from(
    new DynamoDBClient({ ...localAws, endpoint: platform.addresses.dynamodb ?? '' }),
  );
  const tokens = createAccessTokens(JSON.parse(localSecrets(platform.dataDir).values['access-token-keys']));

  /** Users who are simply there, with tokens as the user service signs them: logging in thousands would measure Argon2id. */
  async function buyers(count: number): Promise<readonly Buyer[]> {
    const sql = postgres(platform.databases['user-database'].admin, { max: 1, onnotice: () => {} });
    const ids = Array.from({ length: count }, () => newId('user'));
    await sql`INSERT INTO users (user_id, email, name, password_hash, roles)
      SELECT id::uuid, id || '@example.com', 'Asha Canaryname', '$argon2id$none', '{customer}'
      FROM unnest(${ids.map((id) => uuidOf('user', id) ?? '')}::text[]) id`;
    await sql.end();
    await writeContacts(ids);
    const issue = await tokens;
    return Promise.all(
      ids.map(async (userId) => ({
        userId,
        token: await issue.issue({ userId, roles: ['customer'] }, idOf('session', randomUUID())),
      })),
    );
  }

  /** As user-service's outbox would: without a contact each event would wait for one, and hold up those behind it. */
  async function writeContacts(ids: readonly string[]): Promise<void> {
    for (let from = 0; from < ids.length; from += 25) {
      const puts = ids.slice(from, from + 25).map((userId) => ({
        PutRequest: {
          Item: {
            pk: `USER#${userId}`,
            sk: 'META',
            email: `${userId}@example.com`,
            name: 'Asha Canaryname',
            locale: 'en-IN',
            consent: { email: true, sms: false },
            version: 1,
          },
        },
      }));
      await dynamo.send(new BatchWriteCommand({ RequestItems: { 'ecommerce-contacts': puts } }));
    }
  }

  async function admin(): Promise<string> {
    const answer = await ask('POST', '/auth/login', { body: platform.credentials.admin });
    if (answer.status !== 200) throw new Error(`the administrator cannot sign in: ${answer.text}`);
    return answer.body.access_token;
  }

  /** A new product with so many units; the price in paise. */
  async function product(units: number, amountMinor = 129_900): Promise<string> {
    const token = await admin();
    const body = {
      sku: `TEST-${randomUUID()}`,
      title: 'Steel kettle',
      description: 'Boils water.',
      category: 'kitchen',
      price: { amount_minor: amountMinor, currency: 'INR' },
    };
    const made = await ask('POST', '/products', { token, body });
    if (made.status !== 201) throw new Error(`no product: ${made.text}`);
    const id: string = made.body.product_id;
    const stock = await ask('POST', `/products/${id}/stock`, { token, body: { quantity: units, reason: 'test' } });
    if (stock.status !== 200) throw new Error(`no stock: ${stock.text}`);
    return id;
  }

  const orderBody = (productId: string, quantity = 1) => ({
    items: [{ product_id: productId, quantity }],
    shipping_address: address,
  });

  const order = (buyer: Buyer, productId: string, quantity = 1, key: string = randomUUID()) =>
    ask('POST', '/orders', { token: buyer.token, key, body: orderBody(productId, quantity) });

  const pay = (buyer: Buyer, orderId: string, method = 'pm_ok', key: string = randomUUID()) =>
    ask('POST', '/payments', { token: buyer.token, key, body: { order_id: orderId, payment_method_token: method } });

  const read = (buyer: Buyer, orderId: string) => ask('GET', `/orders/${orderId}`, { token: buyer.token });

  /** The order's state once it is one of these; throws with the last one seen after `withinMs`. */
  async function reaches(buyer: Buyer, orderId: string, states: readonly string[], withinMs = 60_000): Promise<string> {
    let last = 'unknown';
    for (const start = performance.now(); performance.now() - start < withinMs; ) {
      const answer = await read(buyer, orderId).catch(() => undefined);
      if (answer?.status === 200) {
        last = answer.body.state;
        if (states.includes(last)) return last;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`order ${orderId} is ${last} after ${withinMs} ms, not ${states.join(' or ')}`);
  }

  /** Reservation states and stock of a product, straight from the database. */
  async function stockOf(productId: string) {
    const sql = postgres(platform.databases['product-database'].admin, { max: 1, onnotice: () => {} });
    const id = uuidOf('product', productId) ?? '';
    const [inventory] = await sql<{ on_hand: number; held: number }[]>`
      SELECT on_hand, held FROM inventory WHERE product_id = ${id}`;
    const unsound = await sql`SELECT product_id FROM inventory_audit`;
    await sql.end();
    return { onHand: inventory?.on_hand ?? 0, held: inventory?.held ?? 0, unsound: unsound.length };
  }

  /** What the payment provider has in its own books for an order. */
  async function ledgerOf(orderId: string): Promise<readonly { readonly kind: string; readonly state: string }[]> {
    const key = localSecrets(platform.dataDir).values['payment-provider-key'];
    const response = await fetch(`${platform.addresses['payment-provider']}/ledger?order_id=${orderId}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    return ((await response.json()) as { operations: { kind: string; state: string }[] }).operations;
  }

  return {
    ask,
    buyers,
    admin,
    product,
    order,
    orderBody,
    pay,
    read,
    reaches,
    stockOf,
    ledgerOf,
    close: () => {
      dynamo.destroy();
      return pool.destroy();
    },
  };
}

export type Shop = ReturnType<typeof openShop>;

/** Runs `work` for each input with at most `atOnce` under way. */
export async function inParallel<I, O>(
  inputs: readonly I[],
  atOnce: number,
  work: (input: I) => Promise<O>,
): Promise<O[]> {
  const outputs: O[] = [];
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < inputs.length; index = next++) outputs[index] = await work(inputs[index] as I);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, inputs.length) }, lane));
  return outputs;
}

/** The volume of a load test: all of it for `npm run soak`, a share of it in `npm test`. */
export const volume = (full: number, share = 0.05): number => (process.env.SOAK ? full : Math.ceil(full * share));
