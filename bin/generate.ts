import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { derivedFiles, presentText, staleFiles } from './derived-files.ts';

/** Writes every derived file; `--check` writes nothing and exits 1 when one is stale. */
const files = derivedFiles();
if (process.argv.includes('--check')) {
  const stale = staleFiles(files, presentText);
  for (const sentence of stale) console.error(sentence);
  process.exit(stale.length === 0 ? 0 : 1);
}
for (const [path, text] of Object.entries(files)) {
  if (presentText(path) === text) continue;
  const file = join(new URL('..', import.meta.url).pathname, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`wrote ${path}`);
}
