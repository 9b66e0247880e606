import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startLoki } from '../../bin/local/loki.ts';
import { logLabels, logLevels } from '../../charts/monitoring/log-labels.ts';
import { serviceNames } from '../../services/platform/names.ts';
import { logQueries } from '../charts/monitoring/queries.ts';
import { platformUnderTest } from '../harness/platform.ts';
import { repository } from '../sources.ts';
import { eventually, logLines } from './log-lines.ts';
import { streamsOf } from './log-streams.ts';
import { openShop } from './shop.ts';

const platform = platformUnderTest();
const binary = [process.env.LOKI_BINARY, join(repository, '.cache/loki/loki')].find((file) => file && existsSync(file));
/** A whole run logs more than Loki takes at once. */
const lastLines = 2_000;

/** The end of every service's log, as streams. */
const recentStreams = async () =>
  (
    await Promise.all(
      serviceNames.map(async (name) =>
        streamsOf(name, (await logLines(platform.dataDir, name)).lines.slice(-lastLines)),
      ),
    )
  ).flat();

/** Places an order, and answers the trace that its answer names. */
async function tracedOrder(): Promise<string> {
  const shop = openShop(platform);
  const [buyer] = await shop.buyers(1);
  if (!buyer) throw new Error('there is no buyer');
  const placed = await shop.order(buyer, await shop.product(1));
  await shop.close();
  return String(placed.headers.traceparent).split('-')[1] ?? '';
}

test('all lines of the platform make few streams, by the labels that queries may choose by', async () => {
  await tracedOrder();
  const streams = await eventually(10_000, recentStreams, (seen) => seen.length >= serviceNames.length);
  expect(streams.length).toBeLessThanOrEqual(serviceNames.length * logLevels.length);
  for (const { stream } of streams) expect(Object.keys(stream)).toEqual([...logLabels]);
});

if (binary === undefined) console.log('loki: no query is asked; LOKI_BINARY or .cache/loki/loki would be asked.');
else
  test('a real Loki takes the lines and answers every query of the dashboards', async () => {
    const trace = await tracedOrder();
    const loki = await startLoki(binary, join(platform.dataDir, 'loki'));
    try {
      for (const stream of await eventually(10_000, recentStreams, (seen) => JSON.stringify(seen).includes(trace)))
        await loki.push([stream]);
      for (const { query } of logQueries)
        for (const service of serviceNames) {
          const text = query.replaceAll('$service', service).replaceAll('$trace', trace);
          const found = await loki.query(text);
          if (query.includes('$trace'))
            expect(new Set(found.map(({ stream }) => stream.service)).size, text).toBeGreaterThanOrEqual(4);
        }
      const everything = await loki.query('{namespace="ecommerce"} | json | __error__=""');
      expect(new Set(everything.map(({ stream }) => stream.service))).toEqual(new Set(serviceNames));
      await expect(loki.query('{namespace="ecommerce"} | jsn')).rejects.toThrow(/400/);
    } finally {
      await loki.stop();
    }
  }, 120_000);
