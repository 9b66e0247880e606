import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { lookups } from '../../stacks/prices/lookups.ts';
import { listedPrice, type Offer, refreshed } from '../../stacks/prices/offer.ts';
import { priceList } from '../../stacks/prices/price-list.ts';
import { repository } from '../sources.ts';

type Tier = readonly [from: string, usd: string];
/** An offer in the form of the price list: product by product its attributes and its tiers. */
const offer = (...products: readonly (readonly [Readonly<Record<string, string>>, ...Tier[]])[]): Offer => ({
  publicationDate: '2026-11-20T10:00:00Z',
  products: Object.fromEntries(products.map(([attributes], index) => [`SKU${index}`, { attributes }])),
  terms: {
    OnDemand: Object.fromEntries(
      products.map(([, ...tiers], index) => [
        `SKU${index}`,
        {
          term: {
            priceDimensions: Object.fromEntries(
              tiers.map(([beginRange, USD], tier) => [`${tier}`, { beginRange, pricePerUnit: { USD } }]),
            ),
          },
        },
      ]),
    ),
  },
});

test('a price is the first tier that is not free, in our unit, whichever way the list names the region', () => {
  const storage = offer([{ usagetype: 'APS3-TimedStorage-ByteHrs' }, ['25', '0.285'], ['0', '0'], ['100', '0.2']]);
  expect(listedPrice(storage, { offer: 'AmazonDynamoDB', usage: 'TimedStorage-ByteHrs' })).toBe(0.285);
  const requests = offer([{ usagetype: 'ap-south-1-KMS-Requests' }, ['0', '0.000003']]);
  expect(listedPrice(requests, { offer: 'awskms', usage: 'KMS-Requests', units: 1e6 })).toBe(3);
  const edge = offer([{ usagetype: 'APS3-Lambda-Edge-Request' }, ['0', '0.0000006']]);
  expect(() => listedPrice(edge, { offer: 'AWSLambda', usage: 'Request' })).toThrow('no price for Request');
});

test('of several products the lookup must name one, or nothing is taken', () => {
  const balancers = offer(
    [{ usagetype: 'APS3-LoadBalancerUsage', operation: 'LoadBalancing:Application' }, ['0', '0.0239']],
    [{ usagetype: 'APS3-LoadBalancerUsage', operation: 'LoadBalancing' }, ['0', '0.028']],
  );
  const where = { operation: 'LoadBalancing:Application' };
  expect(listedPrice(balancers, { offer: 'AWSELB', usage: 'LoadBalancerUsage', where })).toBe(0.0239);
  expect(() => listedPrice(balancers, { offer: 'AWSELB', usage: 'LoadBalancerUsage' })).toThrow(
    'the list has 2 prices for LoadBalancerUsage; narrow its lookup.',
  );
});

test('what is read gets its day and its source, what is not stays as it was, and both are told', () => {
  const offers = {
    AmazonEKS: offer([{ usagetype: 'APS3-AmazonEKS-Hours:perCluster' }, ['0', '0.11']]),
    AmazonMSK: offer(),
  };
  const { list, sentences } = refreshed(priceList, lookups, offers, '2026-11-28');
  expect(list.prices['eks-cluster']).toMatchObject({ usd: 0.11, source: 'price-list', read: '2026-11-20' });
  expect(list.sources['price-list']).toContain('2026-11-28');
  expect(sentences).toContain('eks-cluster: 0.1 → 0.11 for one hour');
  expect(list.prices['msk:kafka.t3.small']).toEqual(priceList.prices['msk:kafka.t3.small']);
  expect(sentences).toContain('msk:kafka.t3.small stays at 0.05: the list has no price for Kafka.t3.small.');
  expect(sentences).toContain('secret stays at 0.4: AWSSecretsManager was not read.');
});

test('every lookup is of a price that the estimate has', () => {
  expect(Object.keys(lookups).filter((name) => !(name in priceList.prices))).toEqual([]);
});

test('the command asks for the file of the region, and fails where one cannot be read', async () => {
  const asked: string[] = [];
  const eks = JSON.stringify(offer([{ usagetype: 'APS3-AmazonEKS-Hours:perCluster' }, ['0', '0.1']]));
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    response.writeHead(url.includes('/AmazonEKS/') ? 200 : 503).end(eks);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const from = `--from=http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ran = promisify(execFile)(process.execPath, ['bin/aws/refresh-prices.ts', from], { cwd: repository });
  const { code, stdout } = await ran.then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );
  expect(asked).toContain('/offers/v1.0/aws/AmazonEKS/current/ap-south-1/index.json');
  expect(code).toBe(1);
  expect(stdout).toMatch(/^aurora-acu stays at 0\.14: .+ answered 503\.$/m);
  expect(stdout).not.toContain('eks-cluster');
  expect(stdout).toMatch(/by hand: .*nat-gateway/);
}, 30_000);
