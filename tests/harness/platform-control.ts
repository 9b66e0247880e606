import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import type { LocalPlatform } from '../../bin/local/platform.ts';
import type { UnitName } from '../../bin/local/unit-names.ts';
import type { ServiceName } from '../../services/platform/names.ts';
import { recorded } from './recording.ts';

/** One call of a test file, which runs in another process than the platform's supervisor. */
export type ControlCall =
  | { readonly do: 'start' | 'restart'; readonly name: UnitName; readonly extra?: Readonly<Record<string, string>> }
  | { readonly do: 'stop' | 'exited' | 'pid'; readonly name: UnitName }
  | { readonly do: 'kill'; readonly name: UnitName; readonly signal: NodeJS.Signals }
  | { readonly do: 'serviceToken'; readonly caller: ServiceName; readonly callee: string; readonly lifetime?: number };

/** Serves the controls of a platform to the test files. */
export async function servePlatformControl(
  platform: LocalPlatform,
): Promise<{ readonly endpoint: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    try {
      const value = await perform(platform, (await json(request)) as ControlCall);
      response.end(JSON.stringify({ value: value ?? null }));
    } catch (error) {
      response.writeHead(500).end(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
    }
  });
  // A test may wait for the end of a process longer than the default of five minutes allows.
  server.requestTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What a test adds to a unit's environment; it stays recorded. */
const added = (platform: LocalPlatform, { name, extra }: Extract<ControlCall, { do: 'start' | 'restart' }>) =>
  extra && recorded(name, platform.dataDir, extra);

async function perform(platform: LocalPlatform, call: ControlCall): Promise<unknown> {
  switch (call.do) {
    case 'start':
      return platform.start(call.name, added(platform, call));
    case 'restart':
      return platform.restart(call.name, added(platform, call));
    case 'stop':
      return platform.stop(call.name);
    case 'kill':
      return platform.kill(call.name, call.signal);
    case 'exited':
      return platform.exited(call.name);
    case 'pid':
      return platform.pid(call.name);
    case 'serviceToken':
      return platform.serviceToken(call.caller, call.callee, call.lifetime);
    default:
      return call satisfies never;
  }
}
