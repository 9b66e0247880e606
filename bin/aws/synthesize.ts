import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { assembleAws } from '../../stacks/aws/assembly.ts';
import { exampleGcp } from '../../stacks/aws/example-gcp.ts';
import { snapshotsOf } from '../../stacks/aws/snapshot.ts';
import { environmentNames, environments } from '../../stacks/environments.ts';
import { writeSnapshots } from './snapshots.ts';

/**
 * `npm run synth`: everything that would be deployed, of every environment, written without an account or the network; Google's
 * side (bin/gcp/synthesize.ts) and what the clusters run (bin/charts.ts), too.
 * `--validate` lets the CDK look at the templates too; `--write-snapshots` makes the committed templates what this wrote;
 * `--write-reports` lowers docs/security to the findings that are left, and raises it only with `--raise`.
 */
const root = new URL('../..', import.meta.url).pathname;
const rows = environmentNames.map((name) => environments[name]);
const validated = process.argv.includes('--validate') || process.env.CI !== undefined;

const toolchains: readonly { readonly folder: string; readonly write: (outdir: string) => Promise<string> }[] = [
  {
    folder: 'cdk.out',
    write: async (outdir) => {
      const { app, assembly } = assembleAws(rows, { outdir, validated, gcp: exampleGcp });
      const written = process.argv.includes('--write-snapshots') ? writeSnapshots(snapshotsOf(assembly)) : [];
      if (process.argv.includes('--write-reports')) {
        // Their packs take time to load, and are wanted here only.
        const { writeReports } = await import('./security-reports.ts');
        writeReports(app, process.argv.includes('--raise'));
      }
      for (const place of written) console.log(`wrote stacks/snapshots/${place}.json`);
      return `${assembly.stacks.length} stacks of ${environmentNames.join(' and ')}`;
    },
  },
  {
    folder: 'cdktf.out',
    write: async (outdir) => {
      const { writeGoogle } = await import('../gcp/synthesize.ts');
      return writeGoogle(outdir, { snapshots: process.argv.includes('--write-snapshots') });
    },
  },
];

for (const { folder, write } of toolchains) {
  const outdir = join(root, folder);
  rmSync(outdir, { recursive: true, force: true });
  try {
    console.log(`${folder}: ${await write(outdir)}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

await import('../charts.ts');
