import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { publicApiDocument } from './api-document.ts';
import { eventDocuments } from './event-documents.ts';
import { flashSale } from './hpa/flash-sale.ts';
import { readme } from './topology.ts';

const root = new URL('..', import.meta.url).pathname;

/** The committed text of a file, by its path in the repository, or `undefined` when there is none. */
export function presentText(path: string): string | undefined {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Every file that is derived and committed: its path in the repository and the text that it must have. */
export const derivedFiles = (): Readonly<Record<string, string>> => ({
  'docs/openapi.json': `${JSON.stringify(publicApiDocument(), null, 2)}\n`,
  ...eventDocuments(presentText),
  'README.md': readme(presentText('README.md') ?? ''),
  'docs/scaling/order-service-flash-sale.svg': flashSale(),
});

/** One sentence for each file whose text is not what it is derived from. */
export const staleFiles = (
  derived: Readonly<Record<string, string>>,
  present: (path: string) => string | undefined,
): readonly string[] =>
  Object.entries(derived)
    .filter(([path, text]) => present(path) !== text)
    .map(([path]) => `${path} is not what it is derived from; run "npm run generate".`);
