import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { clusterRows, rowRefusals } from '../charts/cluster-row.ts';
import { promotedFrom } from '../stacks/promotion.ts';
import { digestIn, withDigest } from './images/promotion.ts';

/**
 * `npm run promote -- order-service`: prod runs what dev runs, by changing one line, and the manifests follow. `--from`, `--to` name
 * other environments; `--digest=sha256:…` sets what a build made, as the workflow does for dev. Where images are promoted to, nothing is
 * written while the environment's row has examples in it.
 */
try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      from: { type: 'string', default: 'dev' },
      to: { type: 'string', default: 'prod' },
      digest: { type: 'string' },
    },
  });
  const [service, ...more] = positionals;
  if (!service || more.length > 0) throw new Error('Name one service: npm run promote -- order-service');
  const file = (environment: string) => {
    if (!['dev', 'prod'].includes(environment))
      throw new Error(`There is no environment ${environment}; there are dev and prod.`);
    return new URL(`../charts/images/${environment}.json`, import.meta.url);
  };
  const digest = values.digest ?? digestIn(readFileSync(file(values.from), 'utf8'), service);
  const to = file(values.to);
  const row = Object.values(clusterRows).find(({ name }) => name === values.to);
  const refusals = row && promotedFrom[row.name] ? rowRefusals(row) : [];
  if (refusals.length > 0) throw new Error(refusals.join('\n'));
  const before = readFileSync(to, 'utf8');
  const after = withDigest(before, service, digest);
  writeFileSync(to, after);
  console.log(before === after ? `${values.to} runs it already: ${digest}` : `${values.to}: ${service} ${digest}`);
  const synthesis = spawnSync(process.execPath, [new URL('charts.ts', import.meta.url).pathname], { stdio: 'inherit' });
  process.exitCode = synthesis.status ?? 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
