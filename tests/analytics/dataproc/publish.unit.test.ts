import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { jars } from '../../../analytics/dataproc/release.ts';
import { pinnedJar, upload } from '../../../bin/analytics/pinned-jars.ts';

let home: string;
let environment: Record<string, string>;
const jar = {
  coordinates: 'org.example:a:1',
  place: 'lib',
  file: 'a-1.jar',
  sha256: createHash('sha256').update('the jar').digest('hex'),
};

/** A command that records its arguments and does what the script says. */
function command(name: string, script: string): void {
  const file = join(home, 'bin', name);
  writeFileSync(file, `#!/bin/sh\necho "${name} $*" >>"${home}/calls"\n${script}\n`);
  chmodSync(file, 0o755);
}
const maven = (text: string) =>
  command(
    'mvn',
    `for one in "$@"; do case $one in -DoutputDirectory=*) printf '${text}' >"\${one#*=}/a-1.jar" ;; esac; done`,
  );
const calls = () => (existsSync(join(home, 'calls')) ? readFileSync(join(home, 'calls'), 'utf8') : '');
const jarFolder = () => join(home, 'jars');

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'publish-'));
  mkdirSync(join(home, 'bin'));
  mkdirSync(jarFolder());
  environment = { PATH: `${join(home, 'bin')}:/usr/bin:/bin` };
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test('a jar is fetched once and is the one that was pinned', () => {
  maven('the jar');
  const file = pinnedJar(jar, jarFolder(), environment);
  expect(readFileSync(file, 'utf8')).toBe('the jar');
  expect(pinnedJar(jar, jarFolder(), environment)).toBe(file);
  expect(calls().trim().split('\n')).toHaveLength(1);
  expect(calls()).toContain('-Dartifact=org.example:a:1');
  expect(readdirSync(jarFolder())).toEqual(['a-1.jar']);
});

test('another jar than the pinned one is refused and not kept', () => {
  maven('something else');
  expect(() => pinnedJar(jar, jarFolder(), environment)).toThrow(/a-1\.jar has the SHA-256 .* nothing is uploaded/);
  expect(readdirSync(jarFolder())).toEqual([]);
});

test('a Maven that fails or is missing is told in a sentence', () => {
  command('mvn', 'echo "[ERROR] Could not find artifact org.example:a:1"; exit 1');
  expect(() => pinnedJar(jar, jarFolder(), environment)).toThrow(
    /could not fetch org\.example:a:1 \(Could not find artifact/,
  );
  expect(readdirSync(jarFolder())).toEqual([]);
  expect(() => pinnedJar(jar, jarFolder(), { PATH: join(home, 'nothing') })).toThrow(/Maven is missing/);
});

test('jars go to the bucket without replacing any; a refusal and a missing gcloud are told', () => {
  command('gcloud', '');
  upload(['/jars/a-1.jar', '/jars/b-1.jar'], 'dev-artifacts', environment);
  expect(calls()).toBe(
    'gcloud storage cp --no-clobber /jars/a-1.jar /jars/b-1.jar gs://dev-artifacts/orders-analytics/jars/\n',
  );
  command('gcloud', 'echo "ERROR: HTTPError 403" >&2; exit 1');
  expect(() => upload([], 'dev-artifacts', environment)).toThrow(/could not upload to gs:\/\/dev-artifacts: .*403/);
  expect(() => upload([], 'dev-artifacts', { PATH: join(home, 'nothing') })).toThrow(/gcloud is missing/);
});

test.each([[[]], [['--bucket=gs://dev-artifacts']], [['--bucket=']]])('%j: the command asks for the bucket', (args) => {
  const program = new URL('../../../bin/analytics-publish.ts', import.meta.url).pathname;
  const { status, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  expect(stderr).toMatch(/^Name the bucket of the artifacts: npm run analytics:publish/);
  expect(status).toBe(1);
});

test('every pinned jar says the same version in its coordinates and its name, and lies where Flink looks for it', () => {
  expect(jars).toHaveLength(3);
  for (const { coordinates, file, place, sha256 } of jars) {
    const [, artifact, version] = coordinates.split(':');
    expect(file).toBe(`${artifact}-${version}.jar`);
    expect(place).toMatch(/^(lib|plugins\/gs-fs-hadoop)$/);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  }
});
