import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { inject, onTestFinished } from 'vitest';
import { newSigningKey } from './signing-keys.ts';
import '../harness/provided.ts';

const folder = join(import.meta.dirname, '../../services/user-service');

/** Runs a file of user-service as a process; it gets this environment and nothing else. */
export function run(file: string, environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(folder, file)], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout: string[] = [];
  const stderr: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => stdout.push(line));
  createInterface({ input: child.stderr }).on('line', (line) => stderr.push(line));
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return { child, stdout, stderr, exited };
}

/** A whole environment for `main.ts`, on ports that the system chooses. */
export async function environmentFor(
  url: string,
  tables: { readonly sessions: string; readonly contacts: string },
): Promise<Record<string, string>> {
  const tokens = mkdtempSync(join(tmpdir(), 'user-service-tokens-'));
  onTestFinished(() => rmSync(tokens, { recursive: true }));
  return {
    PORT: '0',
    METRICS_PORT: '0',
    HOST: '127.0.0.1',
    SERVICE_TOKEN_DIR: tokens,
    SHUTDOWN_DELAY_MS: '0',
    DATABASE_URL: url,
    SESSIONS_TABLE: tables.sessions,
    CONTACTS_TABLE: tables.contacts,
    ACCESS_TOKEN_KEYS: JSON.stringify({ active: 'a', keys: [await newSigningKey('a'), await newSigningKey('b')] }),
    REFRESH_TOKEN_KEY: Buffer.alloc(32, 7).toString('base64'),
    SERVICE_JWKS_URL: 'http://127.0.0.1:1/jwks.json',
    AWS_REGION: 'ap-south-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: inject('dynamodbEndpoint'),
  };
}

/** Starts `main.ts` and answers its base URL when it listens. Throws with what it said when it ends instead. */
export async function startService(environment: Readonly<Record<string, string>>) {
  const running = run('main.ts', environment);
  const listening = async () => {
    for (;;) {
      const line = running.stdout.find((one) => one.includes('"listening"'));
      if (line) return Number(JSON.parse(line).port);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const port = await Promise.race([
    listening(),
    running.exited.then((code) => {
      throw new Error(`main.ts ended with ${code}: ${running.stderr.join('\n')}`);
    }),
  ]);
  return { ...running, base: `http://127.0.0.1:${port}` };
}
