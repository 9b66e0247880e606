import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

export type TimelineEntry = {
  readonly at: string;
  readonly step: string;
  readonly service: string;
  readonly cause?: string;
  readonly event_id?: string;
  readonly topic?: string;
  readonly partition?: number;
  readonly offset?: string;
  readonly ms_since_start: number;
};

type Product = { readonly product_id: string; readonly title: string; readonly available: number };
type Order = {
  readonly order_id: string;
  readonly state: string;
  readonly total: { readonly amount_minor: number; readonly currency: string };
};
type Expected = {
  readonly steps: readonly string[];
  readonly events: readonly string[];
  readonly mails: readonly string[];
};

const patienceMs = 20_000;

/** A customer at the gateway. Every method throws an Error with one sentence when its step did not come about. */
export function openDemoShop(gateway: string, mailbox: string) {
  let token = '';

  async function ask<T>(what: string, method: string, path: string, ok: readonly number[], body?: unknown): Promise<T> {
    let answer: Response;
    try {
      answer = await fetch(`${gateway}/api/v1${path}`, {
        method,
        headers: {
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(10_000),
      });
    } catch {
      throw new Error(`The gateway does not answer at ${gateway}: start the platform with "npm start".`);
    }
    const text = await answer.text();
    if (!ok.includes(answer.status)) throw new Error(`${what} failed: ${answer.status} ${text}`);
    return JSON.parse(text);
  }

  /** Looks again and again until `look` finds something; `missing` says what is not there when the time is over. */
  async function until<T>(look: () => Promise<T | undefined>, missing: () => string): Promise<T> {
    for (const end = performance.now() + patienceMs; performance.now() < end; await sleep(100)) {
      const found = await look();
      if (found !== undefined) return found;
    }
    throw new Error(`${missing()} within ${patienceMs / 1000} s.`);
  }

  return {
    async register(email: string, password: string): Promise<string> {
      const user = { name: 'Asha Rao', email, password };
      const { user_id } = await ask<{ user_id: string }>('Registering', 'POST', '/users', [201], user);
      const session = await ask<{ access_token: string }>('Signing in', 'POST', '/auth/login', [200], {
        email,
        password,
      });
      token = session.access_token;
      return user_id;
    },

    async search(words: string): Promise<readonly [Product, Product]> {
      const path = `/products?q=${encodeURIComponent(words)}&limit=50`;
      const { items } = await ask<{ items: readonly Product[] }>('Searching', 'GET', path, [200]);
      const [first, second] = items.filter((one) => one.available >= 2);
      if (!first || !second) throw new Error(`Searching for "${words}" found no two products in stock.`);
      return [first, second];
    },

    async order(items: readonly { readonly product_id: string; readonly quantity: number }[]): Promise<Order> {
      const shipping_address = {
        recipient: 'Asha Rao',
        line1: '12 MG Road',
        city: 'Bengaluru',
        region: 'KA',
        postal_code: '560001',
        country: 'IN',
      };
      const made = await ask<Order>('Ordering', 'POST', '/orders', [201, 202], { items, shipping_address });
      let { state } = made;
      return until(
        async () => {
          const order = await ask<Order>('Reading the order', 'GET', `/orders/${made.order_id}`, [200]);
          state = order.state;
          return state === 'awaiting_payment' ? order : undefined;
        },
        () => `The order ${made.order_id} is ${state}; its stock was not held`,
      );
    },

    async pay(orderId: string): Promise<{ readonly payment_id: string }> {
      const body = { order_id: orderId, payment_method_token: 'pm_ok' };
      const payment = await ask<{ payment_id: string }>('Paying', 'POST', '/payments', [201, 202], body);
      let state = '';
      await until(
        async () => {
          state = (await ask<Order>('Reading the order', 'GET', `/orders/${orderId}`, [200])).state;
          return state === 'paid' ? state : undefined;
        },
        () => `The order ${orderId} is ${state} and not paid`,
      );
      return payment;
    },

    /** Waits for mails to this address, one for each pattern, and answers their subjects. */
    async mails(to: string, patterns: readonly RegExp[]): Promise<readonly string[]> {
      type Mail = { readonly subject: string; readonly destination: { readonly to: readonly string[] } };
      let missing = patterns;
      return until(
        async () => {
          const answer = await fetch(`${mailbox}/store`).catch(() => {
            throw new Error(`The mailbox does not answer at ${mailbox}.`);
          });
          const { emails } = (await answer.json()) as { emails: readonly Mail[] };
          const subjects = emails.filter((mail) => mail.destination.to.includes(to)).map((mail) => mail.subject);
          missing = patterns.filter((pattern) => !subjects.some((subject) => pattern.test(subject)));
          return missing.length === 0 ? subjects : undefined;
        },
        () => `No mail came with a subject like ${missing.join(' or ')}`,
      );
    },

    /** Waits until the order's timeline has all of this. */
    async timeline(orderId: string, expected: Expected): Promise<readonly TimelineEntry[]> {
      let missing: readonly string[] = [];
      return until(
        async () => {
          const path = `/orders/${orderId}/timeline`;
          const { entries } = await ask<{ entries: readonly TimelineEntry[] }>(
            'Reading the timeline',
            'GET',
            path,
            [200],
          );
          const has = (step: string, cause?: string) =>
            entries.some((one) => one.step === step && (cause === undefined || one.cause === cause));
          const isPublished = (type: string) =>
            entries.some((one) => one.step === 'event_published' && one.cause === type && one.offset !== undefined);
          missing = [
            ...expected.steps.filter((step) => !has(step)),
            ...expected.events.filter((type) => !isPublished(type)),
            ...expected.mails.filter((template) => !has('email_sent', template)).map((template) => `mail ${template}`),
          ];
          return missing.length === 0 ? entries : undefined;
        },
        () => `The timeline of ${orderId} lacks ${missing.join(', ')}`,
      );
    },
  };
}
