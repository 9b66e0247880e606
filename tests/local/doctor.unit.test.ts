import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../bin/local/ports.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const repository = join(import.meta.dirname, '..', '..');

/** A PATH with nothing on it but Node and, where asked for, a `java` that says this version. */
function pathWith(javaVersion?: string): { readonly path: string; readonly javaHome: string } {
  const javaHome = temporaryDirectory();
  const bin = join(javaHome, 'bin');
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, 'node'));
  if (javaVersion) {
    writeFileSync(join(bin, 'java'), `#!/bin/sh\necho 'openjdk version "${javaVersion}" 2020-01-01' >&2\n`);
    chmodSync(join(bin, 'java'), 0o755);
  }
  return { path: bin, javaHome };
}

const run = (program: string, env: Record<string, string>) =>
  spawnSync(process.execPath, [join(repository, 'bin', program)], { encoding: 'utf8', env });

test('the doctor finds everything on a machine that can run the platform', () => {
  const { stdout, status } = run('doctor.mjs', { PATH: process.env.PATH ?? '' });
  expect(stdout).toContain('Everything is there: npm start');
  expect(status).toBe(0);
});

test('missing Java is named with the commands that install it', () => {
  const { stdout, status } = run('doctor.mjs', { PATH: pathWith().path });
  expect(stdout).toMatch(
    /FAIL {2}java +Java is missing: DynamoDB Local and Kafka need Java 17 or newer\. Debian: "apt-get/,
  );
  expect(status).toBe(1);
});

test('a JAVA_HOME without Java does not hide the Java on the PATH', () => {
  const { stdout } = run('doctor.mjs', { PATH: pathWith('21.0.2').path, JAVA_HOME: '/nowhere' });
  expect(stdout).toMatch(/ok {4}java +21 /);
});

test('JAVA_HOME comes before the PATH', () => {
  const { stdout } = run('doctor.mjs', { PATH: pathWith('17.0.1').path, JAVA_HOME: pathWith('21.0.2').javaHome });
  expect(stdout).toMatch(/ok {4}java +21 /);
});

test.each(['11.0.2', '1.8.0_392'])('Java %s is called too old', (version) => {
  const { stdout } = run('doctor.mjs', { PATH: pathWith(version).path });
  expect(stdout).toMatch(/FAIL {2}java +Java (11|8) is too old: /);
});

test('Java is not asked for when both engines that need it are elsewhere', () => {
  const elsewhere = { KAFKA_BROKERS: '127.0.0.1:9', AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9' };
  const { stdout } = run('doctor.mjs', { PATH: pathWith().path, ...elsewhere });
  expect(stdout).toMatch(/ok {4}java +not needed/);
  expect(stdout).toMatch(/ok {4}maven +not needed/);
});

test('a gateway port that the user fixed and somebody else has is named', async () => {
  const port = await freePort();
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { stdout, status } = run('doctor.mjs', { PATH: process.env.PATH ?? '', API_GATEWAY_PORT: String(port) });
  expect(stdout).toContain(`Port ${port} (API_GATEWAY_PORT) is taken`);
  expect(status).toBe(1);
});

test('npm start without Java says one sentence and ends with 1', () => {
  const { stdout, stderr, status } = run('start.mjs', { PATH: pathWith().path });
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toMatch(/^Java is missing: /);
  expect(stdout).toBe('');
  expect(status).toBe(1);
});

test('npm start refuses an option it does not know', () => {
  const child = spawnSync(process.execPath, [join(repository, 'bin/start.mjs'), '--frehs'], { encoding: 'utf8' });
  expect(child.stderr).toBe(
    '"--frehs" is not an option; there are --fresh, which starts with empty stores, and --no-analytics, which leaves Flink out.\n',
  );
  expect(child.status).toBe(1);
});
