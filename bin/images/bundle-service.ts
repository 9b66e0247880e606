import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import type { ServiceName } from '../../services/platform/names.ts';

const root = join(import.meta.dirname, '../..');

/** Packages with machine code, which no bundler can take in: copied as they are, with what holds the code for the image's system. */
const native: readonly { readonly package: string; readonly code: string }[] = [
  { package: '@node-rs/argon2', code: '@node-rs/argon2-linux-x64-gnu' },
];

/** What a service's image may be started with, by file name: the service, and jobs of its own. */
export const entriesOf = (service: ServiceName): readonly string[] =>
  ['main', 'migrate', 'grant-analytics'].filter((name) => existsSync(join(root, 'services', service, `${name}.ts`)));

/**
 * Writes what a service's image has in `/app` to `folder`, which is emptied first: a module with its source map for each entry, the
 * migrations, and native packages. The same sources give the same bytes, wherever they go. Returns the names of the packages in it.
 */
export function bundleService(service: ServiceName, folder: string): readonly string[] {
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: entriesOf(service).map((name) => `services/${service}/${name}.ts`),
    // Nothing is written there: paths in the source maps count from it.
    outdir: '.build/app',
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'eof',
    logLevel: 'silent',
    external: native.map((one) => one.package),
    // Some packages are CommonJS and ask for modules of Node at run time.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { path, contents } of outputFiles)
    writeFileSync(join(folder, path.slice(join(root, '.build/app/').length)), contents);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  const migrations = join(root, 'services', service, 'migrations');
  if (existsSync(migrations)) cpSync(migrations, join(folder, 'migrations'), { recursive: true });
  return [...new Set([...packagesIn(Object.keys(metafile.inputs)), ...copyNative(outputFiles, folder)])].toSorted();
}

/** `node_modules/@scope/name/lib/x.js` is a file of `@scope/name`. */
const packagesIn = (files: readonly string[]): readonly string[] =>
  files.flatMap((file) => /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(file)?.[1] ?? []);

function copyNative(
  outputs: readonly { readonly path: string; readonly text: string }[],
  folder: string,
): readonly string[] {
  const used = native.filter((one) =>
    outputs.some(({ path, text }) => path.endsWith('.js') && text.includes(`"${one.package}"`)),
  );
  const names = used.flatMap((one) => [one.package, one.code]);
  for (const name of names) {
    const from = join(root, 'node_modules', name);
    if (!existsSync(from)) throw new Error(`${name} is not installed: images are built on linux, x64, with glibc.`);
    const to = join(folder, 'node_modules', name);
    mkdirSync(dirname(to), { recursive: true });
    cpSync(from, to, { recursive: true });
  }
  return names;
}

/** What a package says about itself. */
export const packageFacts = (name: string): { readonly version: string; readonly license: string } => {
  const { version = '', license = '' } = JSON.parse(
    readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'),
  );
  return { version, license };
};
