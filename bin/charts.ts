import { clusterRows, deployRefusals } from '../charts/cluster-row.ts';
import { synthesizedManifests, writeManifests } from './charts/committed.ts';

/**
 * The cluster side of `npm run synth`: writes charts/manifests. `--deployable=prod` also fails, with a sentence for each, while
 * values of that environment only stand in for what a build or a deploy makes.
 */
try {
  const synthesized = synthesizedManifests();
  const changed = writeManifests(synthesized);
  for (const path of changed) console.log(`wrote charts/manifests/${path}`);
  console.log(
    `charts/manifests: ${Object.keys(synthesized).length} objects of ${Object.keys(clusterRows).join(' and ')}`,
  );
  const wanted = process.argv.flatMap((one) => (one.startsWith('--deployable=') ? [one.slice(13)] : []));
  for (const name of wanted) {
    const row = Object.values(clusterRows).find((one) => one.name === name);
    const refusals = row ? deployRefusals(row) : [`There is no environment ${name}.`];
    for (const sentence of refusals) console.error(sentence);
    if (refusals.length > 0) process.exitCode = 1;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
