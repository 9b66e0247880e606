import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lookups } from '../../stacks/prices/lookups.ts';
import { type Offer, offerUrl, refreshed } from '../../stacks/prices/offer.ts';
import { priceList } from '../../stacks/prices/price-list.ts';

/**
 * `node bin/aws/refresh-prices.ts`: what AWS's public price list says today of the prices that `npm run cost` uses. Needs the network, and
 * no account; some of the files have a hundred megabytes. `--write` makes the committed list what it read; `--from=<url>` asks somebody
 * else who answers alike. Ends with 1 when a price could not be read.
 */
const from = process.argv.find((one) => one.startsWith('--from='))?.slice('--from='.length);
const base = from ?? 'https://pricing.us-east-1.amazonaws.com';
const codes = [...new Set(Object.values(lookups).map(({ offer }) => offer))];

async function read(code: string): Promise<Offer | Error> {
  const url = offerUrl(base, code, priceList.region);
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(300_000) });
    return answer.ok ? ((await answer.json()) as Offer) : new Error(`${url} answered ${answer.status}.`);
  } catch (error) {
    return new Error(`${url} cannot be read (${error instanceof Error ? error.message : error}).`);
  }
}

const offers: Record<string, Offer | Error> = {};
for (const code of codes) offers[code] = await read(code);
const { list, sentences } = refreshed(priceList, lookups, offers, new Date().toISOString().slice(0, 10));
for (const sentence of sentences) console.log(sentence);
const byHand = Object.keys(priceList.prices).filter((name) => !lookups[name]);
console.log(`${Object.keys(lookups).length} prices asked for; by hand: ${byHand.join(', ')}.`);
if (process.argv.includes('--write'))
  writeFileSync(
    join(import.meta.dirname, '../../stacks/prices/aws-ap-south-1.json'),
    `${JSON.stringify(list, null, 2)}\n`,
  );
process.exitCode = sentences.some((sentence) => sentence.includes(' stays at ')) ? 1 : 0;
