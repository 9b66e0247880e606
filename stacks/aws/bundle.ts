import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda';
import { AssetHashType, DockerImage } from 'aws-cdk-lib/core';
import { buildSync } from 'esbuild';

const root = join(import.meta.dirname, '../..');

/**
 * A function's handler as one module with its source map: everything is in it, the AWS SDK too, so that what runs is what was
 * tested. `entry` is a path from the root of the repository. The same sources give the same bytes, wherever they go.
 */
export function bundle(entry: string): readonly { readonly name: string; readonly contents: Uint8Array }[] {
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

/** The bundle as a function's code; made only for stacks that are bundled, and once for all of them. */
export const bundledCode = (entry: string): AssetCode =>
  Code.fromAsset(join(root, 'services'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Asked for by its type, used never: a bundle made here needs no container.
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle(folder) {
          mkdirSync(folder, { recursive: true });
          for (const { name, contents } of bundle(entry)) writeFileSync(join(folder, name), contents);
          return true;
        },
      },
    },
  });
