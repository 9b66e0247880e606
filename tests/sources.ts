import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export type Source = {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly text: string;
};

export const repository = new URL('..', import.meta.url).pathname;

const skipped = new Set(['node_modules', '.git', '.data', '.cache', '.build', 'coverage', 'cdk.out', 'dist']);

/** All files below a directory, without what is installed or generated at run time. */
function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return [];
    const path = join(directory, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** The hand-written TypeScript and JavaScript below a root. */
export const sourcesBelow = (root: string): readonly Source[] =>
  filesBelow(root)
    .filter((path) => /\.(ts|mts|mjs|js|cjs)$/.test(path))
    .map((path) => ({ path: relative(root, path).replaceAll('\\', '/'), text: readFileSync(path, 'utf8') }));

/** Text without comments; strings are kept. */
export function withoutComments(text: string): string {
  const token = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
  return text.replace(token, (found) => (found.startsWith('/*') || found.startsWith('//') ? ' ' : found));
}

export type Import = { readonly specifier: string; readonly typeOnly: boolean };

/** Everything a file imports, statically, dynamically or by re-export. */
export function importsOf({ text }: Source): readonly Import[] {
  const code = withoutComments(text);
  const statement = /(?:^|[;\n}])\s*(?:import|export)\s+(type\s)?(?:[\w$*\s{},]*?\sfrom\s+|)['"]([^'"\n]+)['"]/g;
  const call = /\b(?:import|require)\(\s*['"]([^'"\n]+)['"]/g;
  return [
    ...[...code.matchAll(statement)].map(([, type, specifier = '']) => ({ specifier, typeOnly: type !== undefined })),
    ...[...code.matchAll(call)].map(([, specifier = '']) => ({ specifier, typeOnly: false })),
  ];
}
