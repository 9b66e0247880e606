import { inject } from 'vitest';
import type { UnitName } from '../../bin/local/unit-names.ts';
import type { ServiceName } from '../../services/platform/names.ts';
import type { ControlCall } from './platform-control.ts';
import type { ProvidedPlatform } from './provided.ts';

type Extra = Readonly<Record<string, string>>;

/** The running platform and its controls, for `*.e2e.test.ts`. A test that takes something down brings it up again. */
export type PlatformUnderTest = ProvidedPlatform & {
  /** Base URL of the gateway. */
  readonly gateway: string;
  /** Starts a unit that is down; `extra` (a failpoint, say) replaces what was added to its environment before. */
  start(name: UnitName, extra?: Extra): Promise<void>;
  restart(name: UnitName, extra?: Extra): Promise<void>;
  stop(name: UnitName): Promise<void>;
  /** SIGKILL unless told otherwise; SIGSTOP and SIGCONT pause and continue. */
  kill(name: UnitName, signal?: NodeJS.Signals): Promise<void>;
  /** Resolves when the present process of the unit is gone, by a failpoint for example. */
  exited(name: UnitName): Promise<void>;
  pid(name: UnitName): Promise<number | undefined>;
  /** A token of a service for another one; `lifetime` in seconds, negative for an expired one. */
  serviceToken(caller: ServiceName, callee: string, lifetime?: number): Promise<string>;
};

export function platformUnderTest(): PlatformUnderTest {
  const provided = inject('platform');
  const ask = async (call: ControlCall): Promise<unknown> => {
    const response = await fetch(provided.control, { method: 'POST', body: JSON.stringify(call) });
    const answer = (await response.json()) as { value?: unknown; error?: string };
    if (answer.error !== undefined) throw new Error(`${call.do}: ${answer.error}`);
    return answer.value ?? undefined;
  };
  const added = (extra?: Extra) => (extra ? { extra } : {});
  return {
    ...provided,
    gateway: provided.addresses.gateway ?? '',
    start: async (name, extra) => void (await ask({ do: 'start', name, ...added(extra) })),
    restart: async (name, extra) => void (await ask({ do: 'restart', name, ...added(extra) })),
    stop: async (name) => void (await ask({ do: 'stop', name })),
    kill: async (name, signal = 'SIGKILL') => void (await ask({ do: 'kill', name, signal })),
    exited: async (name) => void (await ask({ do: 'exited', name })),
    pid: async (name) => (await ask({ do: 'pid', name })) as number | undefined,
    serviceToken: async (caller, callee, lifetime) =>
      (await ask({ do: 'serviceToken', caller, callee, ...(lifetime === undefined ? {} : { lifetime }) })) as string,
  };
}
