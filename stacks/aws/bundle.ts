import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';

const root = join(import.meta.dirname, '../..');

export type BundledFile = { readonly name: string; readonly contents: Uint8Array };

/**
 * A function's handler as one module with its source map: everything is in it, the AWS SDK too, so that what runs is what was
 * tested. `entry` is a path from the root of the repository. The same sources give the same bytes, wherever they go.
 */
export function bundle(entry: string): readonly BundledFile[] {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: [entry],
    // Nothing is written there: paths in the source map count from it.
    outfile: 'index.mjs',
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'silent',
    // Some packages are CommonJS and ask for modules of Node at run time. Short names would meet those of the minifier.
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
  });
  return outputFiles.map(({ path, contents }) => ({ name: basename(path), contents }));
}
