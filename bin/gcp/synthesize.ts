import { environmentNames, environments } from '../../stacks/environments.ts';
import { assembleGcp } from '../../stacks/gcp/assembly.ts';
import { keepQuiet } from './deprecation.ts';
import { gcpSnapshots } from './examples.ts';
import { writeGcp } from './snapshots.ts';

/**
 * Google's side of `npm run synth`: writes into `outdir` what can be deployed as it is. `snapshots`: also makes the committed ones what
 * the sources say now, the analytics with stand-ins, which never lie where somebody could deploy them. Returns what was done, in words.
 */
export function writeGoogle(outdir: string, { snapshots }: { readonly snapshots: boolean }): string {
  keepQuiet();
  const rows = environmentNames.map((name) => environments[name]);
  assembleGcp(rows, { outdir, last: {} }).synth();
  for (const place of snapshots ? writeGcp(gcpSnapshots()) : []) console.log(`wrote stacks/snapshots/${place}.json`);
  return `${rows.length} networks of ${environmentNames.join(' and ')}; their analytics once the other stages told their outputs (docs/deploy-gcp.md)`;
}
