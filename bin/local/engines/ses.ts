import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { spawnLogged } from '../spawn.ts';
import { type Engine, type EngineOptions, untilReady } from './engine.ts';

const program = fileURLToPath(new URL('./ses-server.ts', import.meta.url));

/**
 * Starts a mailbox that speaks SES v2; its endpoint is the URL for AWS_ENDPOINT_URL_SESV2, and `GET /store` there lists
 * the mails. They live as long as the process.
 */
export async function startSes({ dir, port, logFile, signal }: EngineOptions): Promise<Engine> {
  mkdirSync(dir, { recursive: true });
  let listening = false;
  const running = await spawnLogged({
    name: 'ses',
    command: process.execPath,
    args: ['--max-old-space-size=96', '--disable-warning=ExperimentalWarning', program, String(port)],
    env: {},
    logFile,
    ...(signal ? { signal } : {}),
    // Only the process we started holds the other end of this channel.
    onMessage: () => {
      listening = true;
    },
  });
  await untilReady(running, logFile, async () => listening);
  return { ...running, endpoint: `http://127.0.0.1:${port}` };
}
