import { assembleAws } from '../stacks/aws/assembly.ts';
import type { Template } from '../stacks/aws/gates/template.ts';
import { snapshotsOf } from '../stacks/aws/snapshot.ts';
import { environmentNames, environments } from '../stacks/environments.ts';
import { changeSentences } from './aws/change-sentences.ts';
import { committedSnapshots } from './aws/snapshots.ts';

/** `npm run diff`: what deploying this checkout would change, against the committed templates and without an account. */
const rows = environmentNames.map((name) => environments[name]);
const committed = Object.fromEntries(
  Object.entries(committedSnapshots()).map(([place, text]) => [place, JSON.parse(text) as Template]),
);
try {
  for (const sentence of changeSentences(committed, snapshotsOf(assembleAws(rows).assembly))) console.log(sentence);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
