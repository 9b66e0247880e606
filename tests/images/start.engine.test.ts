import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, inject, onTestFinished, test } from 'vitest';
import { bundleService, entriesOf } from '../../bin/images/bundle-service.ts';
import { imageRoot, imageUser } from '../../bin/images/image-root.ts';
import { type ServiceName, serviceNames } from '../../services/platform/names.ts';
import { platform } from '../../services/platform/platform.ts';
import { createDatabase } from '../harness/postgres.ts';
import { serveKeys } from '../product-service/product-process.ts';
import { newSigningKey } from '../user-service/signing-keys.ts';

const home = mkdtempSync(join(tmpdir(), 'images-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const node = join(import.meta.dirname, '../../node_modules/node/bin/node');

/** The image of a service as a folder. */
function imageOf(service: ServiceName): string {
  const [app, root] = [join(home, service, 'app'), join(home, service, 'root')];
  if (!existsSync(root)) {
    bundleService(service, app);
    imageRoot(app, node, root);
  }
  return root;
}

/**
 * Runs a file of an image with this environment and nothing else: inside the image as the only file system, as its user, where this
 * process may do that, and otherwise with the image's Node and bundle from an empty folder.
 */
function start(root: string, file: string, environment: Readonly<Record<string, string>>): ChildProcess {
  const env = { NODE_OPTIONS: '--enable-source-maps', ...environment };
  const whole = process.getuid?.() === 0 && existsSync('/usr/sbin/chroot');
  const child = whole
    ? spawn('/usr/sbin/chroot', [`--userspec=${imageUser}:${imageUser}`, root, '/usr/bin/node', `/app/${file}.js`], {
        env,
      })
    : spawn(join(root, 'usr/bin/node'), [join(root, 'app', `${file}.js`)], { env, cwd: root });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

async function ended(child: ChildProcess): Promise<string> {
  let said = '';
  child.stdout?.on('data', (part) => (said += part));
  child.stderr?.on('data', (part) => (said += part));
  const [code] = await once(child, 'close');
  return `${code}: ${said}`;
}

async function baseUrlOf(child: ChildProcess): Promise<string> {
  const stderr: string[] = [];
  child.stderr?.on('data', (part) => stderr.push(String(part)));
  if (!child.stdout) throw new Error('It has no output.');
  for await (const line of createInterface({ input: child.stdout }))
    if (line.includes('"listening"')) {
      child.stdout.resume();
      return `http://127.0.0.1:${JSON.parse(line).port}`;
    }
  throw new Error(`It ended before it listened: ${stderr.join('')}`);
}

/** An environment that a service accepts; what it names is there only where a test says so. */
async function environmentOf(service: ServiceName): Promise<Record<string, string>> {
  const own = Object.entries(platform.services[service].environment).map(([name, binding]) => [
    name,
    binding.kind === 'endpoint' ? (name === 'KAFKA_BROKERS' ? '127.0.0.1:1' : 'http://127.0.0.1:1') : 'a-name',
  ]);
  return {
    ...Object.fromEntries(own),
    PORT: '0',
    METRICS_PORT: '0',
    HOST: '127.0.0.1',
    SERVICE_TOKEN_DIR: '/none',
    SHUTDOWN_DELAY_MS: '0',
    AWS_REGION: 'ap-south-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: inject('dynamodbEndpoint'),
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    ACCESS_TOKEN_KEYS: JSON.stringify({ active: 'a', keys: [await newSigningKey('a')] }),
    REFRESH_TOKEN_KEY: Buffer.alloc(32, 7).toString('base64'),
  };
}

test.each(serviceNames)(
  'the image of %s holds all that the service needs: it migrates, starts, answers and ends cleanly',
  async (service) => {
    const root = imageOf(service);
    const keys = await serveKeys();
    onTestFinished(() => keys.close());
    const environment: Record<string, string> = { ...(await environmentOf(service)), SERVICE_JWKS_URL: keys.url };
    if (entriesOf(service).includes('migrate')) {
      environment.DATABASE_URL = await createDatabase('image');
      expect(await ended(start(root, 'migrate', environment))).toMatch(/^0: \S+: (applied )?0001-/);
      expect(await ended(start(root, 'migrate', environment))).toMatch(/^0: \S+: up to date/);
    }
    const child = start(root, 'main', environment);
    const base = await baseUrlOf(child);
    expect((await fetch(`${base}/livez`)).status).toBe(200);
    if (service === 'product-service') {
      const answer = await fetch(`${base}/products`);
      expect([answer.status, await answer.json()]).toMatchObject([200, { items: [] }]);
    }
    child.kill('SIGTERM');
    expect((await once(child, 'exit'))[0]).toBe(0);
  },
);

test('an image that lacks a variable says which one, and does not start', async () => {
  const { SESSIONS_TABLE: _, ...environment } = await environmentOf('api-gateway');
  expect(await ended(start(imageOf('api-gateway'), 'main', environment))).toMatch(
    /^1: Environment variable SESSIONS_TABLE/,
  );
});
