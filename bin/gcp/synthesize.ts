import { environmentNames, environments } from '../../stacks/environments.ts';
import { assembleGcp } from '../../stacks/gcp/assembly.ts';
import { keepQuiet } from './deprecation.ts';
import { gcpSnapshots } from './examples.ts';
import { writeGcp } from './snapshots.ts';

/**
 * Google's side of `npm run synth`: writes into `outdir` what can be deployed as it is, and makes the rest with stand-ins, which
 * never lie where somebody could deploy them. `snapshots`: makes the committed ones what this made. Returns what was done, in words.
 */
export function writeGoogle(outdir: string, { snapshots }: { readonly snapshots: boolean }): string {
  keepQuiet();
  const rows = environmentNames.map((name) => environments[name]);
  assembleGcp(rows, { outdir, last: {} }).synth();
  const stacks = gcpSnapshots();
  for (const place of snapshots ? writeGcp(stacks) : []) console.log(`wrote stacks/snapshots/${place}.json`);
  const network = Object.keys(stacks).filter((place) => place.endsWith('network')).length;
  return `${network} networks of ${environmentNames.join(' and ')}; their analytics once the other stages told their outputs (docs/deploy-gcp.md)`;
}
