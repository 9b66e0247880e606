import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda';
import { AssetHashType, DockerImage } from 'aws-cdk-lib/core';
import { keptBundle } from './bundle-cache.ts';

const root = join(import.meta.dirname, '../..');

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
          for (const { name, contents } of keptBundle(entry)) writeFileSync(join(folder, name), contents);
          return true;
        },
      },
    },
  });
