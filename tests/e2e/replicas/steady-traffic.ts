import { randomUUID } from 'node:crypto';
import type { Answer, Buyer, Shop } from '../shop.ts';

/** Who asks; `signedIn` is the token of somebody with a session. */
type Cast = { readonly buyers: readonly Buyer[]; readonly signedIn: string };

export type Traffic = {
  /** Stops asking, waits for what is under way, and returns what was seen. */
  end(): Promise<{ readonly asked: number; readonly failures: readonly string[] }>;
};

/**
 * Asks so many times a second, whether or not earlier answers are there: mostly the catalogue, some carts, some orders, of which half are
 * paid. A failure is an answer that a buyer could not have expected, or none.
 */
export async function steadyTraffic(shop: Shop, perSecond: number): Promise<Traffic> {
  const productId = await shop.product(1_000_000);
  const cast = async (): Promise<Cast> => ({ buyers: await shop.buyers(20), signedIn: await shop.admin() });
  let { buyers, signedIn } = await cast();
  // Access tokens end after five minutes.
  const renewal = setInterval(async () => {
    ({ buyers, signedIn } = await cast());
  }, 120_000);
  const failures: string[] = [];
  const underWay = new Set<Promise<void>>();
  const began = performance.now();
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  let asked = 0;
  let turn = 0;

  function ask(name: string, wanted: readonly number[], question: () => Promise<Answer>): Promise<Answer | undefined> {
    asked += 1;
    return question().then(
      (answer) => {
        if (wanted.includes(answer.status)) return answer;
        failures.push(`${seconds()} ${name}: ${answer.status} ${answer.text.slice(0, 200)}`);
        return undefined;
      },
      (error: unknown) => {
        failures.push(`${seconds()} ${name}: ${error}`);
        return undefined;
      },
    );
  }

  async function one(): Promise<void> {
    turn += 1;
    // Each of the twenty kinds goes round all buyers.
    const buyer = buyers[(turn + Math.floor(turn / 20)) % buyers.length];
    if (!buyer) throw new Error('there is no buyer');
    const kind = turn % 20;
    if (kind === 0) {
      const placed = await ask('order', [201, 202], () => shop.order(buyer, productId));
      if (placed && turn % 40 === 0) await ask('payment', [201, 202], () => shop.pay(buyer, placed.body.order_id));
    } else if (kind === 1)
      await ask('cart', [200], () =>
        shop.ask('PUT', `/cart/items/${productId}`, { token: buyer.token, key: randomUUID(), body: { quantity: 1 } }),
      );
    else if (kind < 5) await ask('profile', [200], () => shop.ask('GET', '/users/me', { token: signedIn }));
    else if (kind < 9) await ask('orders', [200], () => shop.ask('GET', '/orders', { token: buyer.token }));
    else if (kind < 14) await ask('product', [200], () => shop.ask('GET', `/products/${productId}`));
    else await ask('products', [200], () => shop.ask('GET', '/products?limit=5'));
  }

  let begun = 0;
  const timer = setInterval(() => {
    for (const due = ((performance.now() - began) / 1000) * perSecond; begun < due; begun += 1) {
      const work = one().finally(() => underWay.delete(work));
      underWay.add(work);
    }
  }, 10);
  return {
    async end() {
      clearInterval(timer);
      clearInterval(renewal);
      while (underWay.size > 0) await Promise.all(underWay);
      return { asked, failures };
    },
  };
}
