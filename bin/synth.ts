import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { assembleAws } from '../stacks/aws/assembly.ts';
import { environmentNames, environments } from '../stacks/environments.ts';

/**
 * `npm run synth`: everything that would be deployed, of every environment, written without an account or the network.
 * `--validate` lets the CDK look at the templates too.
 */
const root = new URL('..', import.meta.url).pathname;
const rows = environmentNames.map((name) => environments[name]);
const validated = process.argv.includes('--validate') || process.env.CI !== undefined;

const toolchains: readonly { readonly folder: string; readonly write: (outdir: string) => string }[] = [
  {
    folder: 'cdk.out',
    write: (outdir) => {
      const { stacks } = assembleAws(rows, { outdir, validated });
      return `${stacks.length} stacks of ${environmentNames.join(' and ')}`;
    },
  },
];

for (const { folder, write } of toolchains) {
  const outdir = join(root, folder);
  rmSync(outdir, { recursive: true, force: true });
  try {
    console.log(`${folder}: ${write(outdir)}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
