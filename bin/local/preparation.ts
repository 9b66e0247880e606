import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServiceName } from '../../services/platform/names.ts';
import { runProgram } from './node-process.ts';
import { writePrivately } from './private-file.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Migrates and seeds the stores of a service by its own `migrate.ts` and `seed.ts`, where it has them. Skipped when
 * `marker` says that this very code has already prepared this data; give none when somebody else keeps the data.
 */
export async function prepareStores(options: {
  readonly service: ServiceName;
  readonly env: Readonly<Record<string, string>>;
  readonly marker: string | undefined;
}): Promise<void> {
  const { service, env, marker } = options;
  const fingerprint = codeOf(service);
  if (marker && existsSync(marker) && readFileSync(marker, 'utf8') === fingerprint) return;
  for (const step of ['migrate.ts', 'seed.ts']) {
    const file = `services/${service}/${step}`;
    if (existsSync(join(root, file))) await runProgram({ name: service, file, env });
  }
  if (marker) writePrivately(marker, fingerprint);
}

function codeOf(service: ServiceName): string {
  const hash = createHash('sha256');
  for (const file of globSync('**/*', { cwd: join(root, 'services', service), withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort())
    hash.update(file).update(readFileSync(file));
  return hash.digest('hex');
}
