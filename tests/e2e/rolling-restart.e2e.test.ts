import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serviceNames } from '../../services/platform/names.ts';
import { platformUnderTest } from '../harness/platform.ts';
import type { Plant } from '../planted/plant.ts';
import { startFleet } from './replicas/fleet.ts';
import { steadyTraffic } from './replicas/steady-traffic.ts';
import { openShop } from './shop.ts';

const platform = platformUnderTest();
const rolls = process.env.SOAK ? 20 : 1;
/** About half of what two cores answer with ten services, the engines and this beside it. */
const perSecond = 65;

// The workers of the platform's own processes would do half of the work of those that are rolled.
beforeAll(() => Promise.all(serviceNames.map((name) => platform.stop(name))));
afterAll(() => Promise.all(serviceNames.map((name) => platform.start(name))));

/** Two processes of everything under traffic, while `during` happens. */
async function underTraffic(
  during: (fleet: Awaited<ReturnType<typeof startFleet>>) => Promise<void>,
  plants?: Parameters<typeof startFleet>[1],
) {
  const fleet = await startFleet(platform, plants);
  const shop = openShop({ ...platform, gateway: fleet.gateway }, 64);
  try {
    const traffic = await steadyTraffic(shop, perSecond);
    await sleep(1_000);
    await during(fleet);
    await sleep(1_000);
    return await traffic.end();
  } finally {
    await shop.close();
    await fleet.close();
  }
}

test(
  'every process of every service is replaced under traffic, and no request fails',
  async () => {
    const took: number[] = [];
    const { asked, failures } = await underTraffic(async (fleet) => {
      for (let roll = 0; roll < rolls; roll += 1)
        // One process of each service at a time, of all services at once: a node that goes takes some of each.
        took.push(...(await Promise.all(serviceNames.map((name) => fleet.roll(name)))).flat());
    });
    console.log(
      `rolling restart: ${rolls} rolls of ${serviceNames.length} services, ${failures.length} of ${asked} requests failed, longest drain ${(Math.max(...took) / 1000).toFixed(1)} s`,
    );
    expect(failures.slice(0, 20)).toEqual([]);
    expect(asked).toBeGreaterThan(rolls * 1_000);
    expect(Math.max(...took)).toBeLessThan(25_000);
  },
  rolls * 60_000 + 60_000,
);

const closesAtOnce: Plant = [
  {
    file: 'services/kit/server.ts',
    text: '  parts.health.drain();\n  await sleep(parts.shutdownDelayMs);\n',
    instead: '  parts.health.drain();\n',
  },
];

test('a gateway that closes its port as soon as it is told to is noticed', async () => {
  const { failures } = await underTraffic(async (fleet) => void (await fleet.roll('api-gateway')), {
    'api-gateway': closesAtOnce,
  });
  expect(failures.length).toBeGreaterThan(0);
}, 90_000);
