import { chmodSync, existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new empty directory on a memory disk if there is one; other users may enter it, as PostgreSQL must when run by root. */
export function memoryDirectory(purpose: string): string {
  const parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const dir = mkdtempSync(join(parent, `ecommerce-${purpose}-${process.pid}-`));
  chmodSync(dir, 0o755);
  return dir;
}
