import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { keySet } from './tokens.ts';

export type ProductProcess = {
  readonly child: ChildProcess;
  readonly baseUrl: string;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** What it has printed so far. */
  output(): string;
};

const main = join(import.meta.dirname, '../../services/product-service/main.ts');

/** Serves the test issuer's key set, as user-service and the token issuer do. */
export async function serveKeys(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((_, response) => response.end(JSON.stringify(keySet)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, close: () => server.close() };
}

/** Starts main.ts as the platform does, on free ports, and waits until it listens. */
export async function startProduct(
  databaseUrl: string,
  keysUrl: string,
  more: Readonly<Record<string, string>> = {},
): Promise<ProductProcess> {
  const child = spawn(process.execPath, [main], {
    env: {
      PORT: '0',
      METRICS_PORT: '0',
      HOST: '127.0.0.1',
      DATABASE_URL: databaseUrl,
      USER_SERVICE_URL: keysUrl,
      SERVICE_JWKS_URL: keysUrl,
      SERVICE_TOKEN_DIR: '/nonexistent',
      SHUTDOWN_DELAY_MS: '0',
      ...more,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  const listening = new Promise<number>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const port = /"port":(\d+),"msg":"listening"/.exec(output)?.[1];
      if (port) resolve(Number(port));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void ended.then((how) => reject(new Error(`ended with ${how} before it listened: ${output}`)));
  });
  const port = await listening;
  return { child, baseUrl: `http://127.0.0.1:${port}`, ended, output: () => output };
}
