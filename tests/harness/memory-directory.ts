import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify } from '../../bin/local/process-identity.ts';

/** A new empty directory on a memory disk if there is one; other users may enter it, as PostgreSQL must when run by root. */
export function memoryDirectory(purpose: string): string {
  const parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  removeAbandoned(parent, `ecommerce-${purpose}-`);
  const dir = mkdtempSync(join(parent, `ecommerce-${purpose}-${process.pid}-`));
  chmodSync(dir, 0o755);
  return dir;
}

/** A run that was killed could not remove its own. */
function removeAbandoned(parent: string, prefix: string): void {
  for (const name of readdirSync(parent)) {
    const [pid] = name.startsWith(prefix) ? (/^\d+(?=-)/.exec(name.slice(prefix.length)) ?? []) : [];
    // Without a number it is of another purpose that begins alike.
    if (pid !== undefined && !identify(Number(pid))) rmSync(join(parent, name), { recursive: true, force: true });
  }
}
