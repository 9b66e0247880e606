import { clusterRows } from '../charts/cluster-row.ts';
import { assembleAws } from '../stacks/aws/assembly.ts';
import { exampleGcp } from '../stacks/aws/example-gcp.ts';
import type { Template } from '../stacks/aws/gates/template.ts';
import { snapshotsOf } from '../stacks/aws/snapshot.ts';
import { environmentNames, environments } from '../stacks/environments.ts';
import { changeSentences } from './aws/change-sentences.ts';
import { committedSnapshots } from './aws/snapshots.ts';
import { filesAt } from './charts/at-ref.ts';
import { synthesizedManifests } from './charts/committed.ts';
import { objectChanges } from './charts/object-change.ts';
import { objectSentences } from './charts/object-sentences.ts';
import { gcpChangeSentences } from './gcp/change-sentences.ts';
import { gcpSnapshots } from './gcp/examples.ts';
import { committedGcp, isOfGoogle } from './gcp/snapshots.ts';

/**
 * `npm run diff`: what deploying this checkout would change, without an account: templates against the committed ones, manifests
 * against the last commit. `--against=<commit>` compares both with that commit, `--markdown` is for a comment on a pull request.
 */
const option = (name: string) => process.argv.find((one) => one.startsWith(`--${name}=`))?.slice(name.length + 3);
const against = option('against');
try {
  const snapshots =
    against === undefined ? { ...committedSnapshots(), ...committedGcp() } : filesAt(against, 'stacks/snapshots');
  const committed = Object.fromEntries(
    Object.entries(snapshots).map(([path, text]) => [path.replace(/\.json$/, ''), JSON.parse(text) as Template]),
  );
  const rows = environmentNames.map((name) => environments[name]);
  const manifests = objectChanges(filesAt(against ?? 'HEAD', 'charts/manifests'), synthesizedManifests());
  const [ofGoogle, ofAmazon] = [true, false].map((google) =>
    Object.fromEntries(Object.entries(committed).filter(([place]) => isOfGoogle(place) === google)),
  );
  print('AWS', changeSentences(ofAmazon ?? {}, snapshotsOf(assembleAws(rows, { gcp: exampleGcp }).assembly)));
  print('Google', gcpChangeSentences(ofGoogle ?? {}, gcpSnapshots()));
  print('Kubernetes', objectSentences(manifests, Object.keys(clusterRows)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function print(title: string, sentences: readonly string[]): void {
  if (!process.argv.includes('--markdown')) for (const sentence of sentences) console.log(sentence);
  else console.log(`### ${title}: ${sentences.at(-1)}\n\n\`\`\`\n${sentences.slice(0, -1).join('\n')}\n\`\`\`\n`);
}
