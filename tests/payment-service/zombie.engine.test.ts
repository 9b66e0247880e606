import { expect, test } from 'vitest';
import { newId } from '../../services/kit/ids.ts';
import { moneyViolations } from './checks.ts';
import { eventually } from './processes.ts';
import { freshKey, type Item, startWorld } from './world.ts';

const withoutBeat = (item: Item | undefined) => ({ ...item, claim_beat: 0 });

test('a replica that was stopped while another took over tells an old callback, and writes nothing (Y19, Y20)', async () => {
  const world = await startWorld();
  try {
    const zombie = await world.startService('payment.after_authorized_written:1:stop');
    const user = newId('user');
    const order = world.orders.place(user);
    const key = freshKey();
    const answer = world.pay(zombie.url, user, order.order_id, 'pm_ok', key).catch(() => undefined);
    const { url } = await world.startService();
    await eventually(
      () => order.state,
      (state) => state === 'paid',
      30_000,
    );
    await world.atRest();
    const [before] = await world.attempts(order.order_id);
    const heard = order.heard.length;
    process.kill(zombie.pid, 'SIGCONT');
    await answer;
    await eventually(
      () => order.heard.length,
      (count) => count > heard,
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(order.heard.at(-1)).toMatch(/:1:authorized$/);
    expect(order.state).toBe('paid');
    const [after] = await world.attempts(order.order_id);
    expect(withoutBeat(after)).toEqual(withoutBeat(before));
    expect(Number(after?.fence)).toBeGreaterThan(1);
    expect((await world.pay(url, user, order.order_id, 'pm_ok', key)).status).toBe(201);
    expect(moneyViolations(await world.ledger(), await world.items(), [order])).toEqual([]);
  } finally {
    await world.close();
  }
});

test('a replica told to stop gives its attempts back: another one goes on at once', async () => {
  const world = await startWorld({ provider: { SLOW_MS: '1500' } });
  try {
    const first = await world.startService();
    const second = await world.startService();
    const user = newId('user');
    const order = world.orders.place(user);
    const key = freshKey();
    const answer = world.pay(first.url, user, order.order_id, 'pm_slow', key);
    await eventually(
      () => world.ledger(order.order_id),
      (operations) => operations.length === 1,
    );
    await first.kill('SIGTERM');
    expect(await first.exited).toBe(0);
    expect([201, 202]).toContain((await answer).status);
    const stopped = performance.now();
    await eventually(
      () => order.state,
      (state) => state === 'paid',
    );
    expect(performance.now() - stopped).toBeLessThan(5_000);
    await world.atRest();
    expect((await world.pay(second.url, user, order.order_id, 'pm_slow', key)).status).toBe(201);
    expect(moneyViolations(await world.ledger(), await world.items(), [order])).toEqual([]);
  } finally {
    await world.close();
  }
});
