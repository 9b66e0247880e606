import { setTimeout as sleep } from 'node:timers/promises';
import { LocalFailure } from './engines/engine.ts';
import type { Exit, Running } from './spawn.ts';

export type UnitState = 'waiting' | 'starting' | 'ready' | 'restarting' | 'stopped';

/** `ms`: from the launch to proved readiness. `detail`: one sentence when something is not as usual. */
export type UnitEvent = {
  readonly name: string;
  readonly state: UnitState;
  readonly endpoint?: string;
  readonly ms?: number;
  readonly detail?: string;
};

/** A running unit; one that somebody else runs has no process. */
export type Launched = { readonly endpoint: string; readonly process?: Running };

export type Unit<Name extends string> = {
  readonly name: Name;
  /** Units that must be ready first. */
  readonly after: readonly Name[];
  /** Higher layers stop first. */
  readonly layer: number;
  /** Starts it, resolves when it is proved ready; `extra` is added to its environment; `signal` gives the start up. */
  launch(extra: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Launched>;
};

export type Supervisor<Name extends string> = {
  /** Starts everything else, each unit as soon as what it needs is ready. Throws the first failure. */
  startAll(without?: readonly Name[]): Promise<void>;
  /** Starts a unit that is down; `extra` replaces what was added to its environment before. */
  start(name: Name, extra?: Readonly<Record<string, string>>): Promise<void>;
  stop(name: Name): Promise<void>;
  /** Signals a unit; after SIGKILL or SIGTERM it stays down until `start`. */
  kill(name: Name, signal?: NodeJS.Signals): Promise<void>;
  /** Resolves when the unit's present process is gone. */
  exited(name: Name): Promise<Exit | undefined>;
  pid(name: Name): number | undefined;
  stopAll(): Promise<void>;
};

type Entry<Name extends string> = {
  readonly unit: Unit<Name>;
  wanted: boolean;
  failures: number;
  extra: Readonly<Record<string, string>>;
  launched?: Launched | undefined;
  launching?: AbortController | undefined;
  busy: Promise<void>;
};

/** When to try again after the n-th failure in a row, in milliseconds. */
export const backoffMs = (failures: number): number => Math.min(10_000, 250 * 2 ** Math.max(0, failures - 1));
/** A process that lived this long has recovered. */
const healthyMs = 30_000;

/**
 * Starts, watches and stops units. A unit that ends by itself is started again after a growing pause, unless `restart` is
 * `never`.
 */
export function createSupervisor<Name extends string>(options: {
  readonly units: readonly Unit<Name>[];
  readonly restart: 'with-backoff' | 'never';
  readonly extra?: Partial<Readonly<Record<Name, Readonly<Record<string, string>>>>>;
  readonly onEvent: (event: UnitEvent) => void;
}): Supervisor<Name> {
  const { onEvent } = options;
  const entries = new Map<Name, Entry<Name>>(
    options.units.map((unit) => [
      unit.name,
      { unit, wanted: false, failures: 0, extra: options.extra?.[unit.name] ?? {}, busy: Promise.resolve() },
    ]),
  );
  let closing = false;

  const entryOf = (name: Name): Entry<Name> => {
    const entry = entries.get(name);
    if (!entry) throw new Error(`There is no unit ${name}.`);
    return entry;
  };

  async function launch(entry: Entry<Name>): Promise<void> {
    const { name } = entry.unit;
    onEvent({ name, state: 'starting' });
    const since = performance.now();
    entry.launching = new AbortController();
    const launched = await entry.unit.launch(entry.extra, entry.launching.signal).finally(() => {
      entry.launching = undefined;
    });
    if (!entry.wanted) {
      await launched.process?.stop();
      return;
    }
    entry.launched = launched;
    const ms = Math.round(performance.now() - since);
    onEvent({ name, state: 'ready', endpoint: launched.endpoint, ms });
    void launched.process?.exited.then((exit) => ended(entry, launched, exit, since));
  }

  async function ended(entry: Entry<Name>, launched: Launched, exit: Exit, since: number): Promise<void> {
    if (entry.launched !== launched) return;
    entry.launched = undefined;
    const { name } = entry.unit;
    const how = exit.signal ?? `exit code ${exit.code}`;
    if (!entry.wanted || options.restart === 'never') {
      onEvent({ name, state: 'stopped', detail: `${name} ended (${how}).` });
      return;
    }
    if (performance.now() - since > healthyMs) entry.failures = 0;
    await again(entry, `${name} ended (${how})`);
  }

  async function again(entry: Entry<Name>, why: string): Promise<void> {
    entry.failures += 1;
    const pause = backoffMs(entry.failures);
    const { name } = entry.unit;
    onEvent({ name, state: 'restarting', detail: `${why}; starting it again in ${pause / 1000} s.` });
    await sleep(pause);
    if (!entry.wanted || entry.launched) return;
    try {
      await exclusively(entry, () => (entry.wanted && !entry.launched ? launch(entry) : Promise.resolve()));
    } catch (error) {
      if (entry.wanted) await again(entry, error instanceof Error ? error.message.replace(/\.$/, '') : String(error));
    }
  }

  /** One launch or stop of a unit at a time. */
  function exclusively(entry: Entry<Name>, work: () => Promise<void>): Promise<void> {
    const done = entry.busy.then(work);
    entry.busy = done.catch(() => {});
    return done;
  }

  async function start(name: Name, extra?: Readonly<Record<string, string>>): Promise<void> {
    const entry = entryOf(name);
    if (extra) entry.extra = extra;
    entry.wanted = true;
    await exclusively(entry, () => (entry.launched ? Promise.resolve() : launch(entry)));
  }

  async function stop(name: Name): Promise<void> {
    const entry = entryOf(name);
    entry.wanted = false;
    await exclusively(entry, async () => {
      const { launched } = entry;
      entry.launched = undefined;
      if (!launched) return;
      await launched.process?.stop();
      onEvent({ name, state: 'stopped' });
    });
  }

  return {
    async startAll(without = []) {
      const ready = new Map<Name, Promise<void>>();
      const begin = (name: Name): Promise<void> => {
        const known = without.includes(name) ? Promise.resolve() : ready.get(name);
        if (known) return known;
        const { unit } = entryOf(name);
        if (unit.after.length > 0) onEvent({ name, state: 'waiting', detail: `waits for ${unit.after.join(', ')}` });
        const started = Promise.all(unit.after.map(begin)).then(() => {
          if (closing) throw new LocalFailure('The start was interrupted.');
          return start(name);
        });
        ready.set(name, started);
        return started;
      };
      await Promise.all([...entries.keys()].map(begin));
    },
    start,
    stop,
    async kill(name, signal = 'SIGKILL') {
      const entry = entryOf(name);
      if (signal === 'SIGKILL' || signal === 'SIGTERM') entry.wanted = false;
      const { launched } = entry;
      await launched?.process?.kill(signal);
      if (signal !== 'SIGKILL' || entry.launched !== launched) return;
      entry.launched = undefined;
      onEvent({ name, state: 'stopped', detail: `${name} was killed.` });
    },
    exited: async (name) => entryOf(name).launched?.process?.exited,
    pid: (name) => entryOf(name).launched?.process?.pid,
    async stopAll() {
      closing = true;
      for (const entry of entries.values()) {
        entry.wanted &&= entry.launched !== undefined;
        entry.launching?.abort();
      }
      const layers = [...new Set(options.units.map((unit) => unit.layer))].sort((a, b) => b - a);
      for (const layer of layers)
        await Promise.all(options.units.filter((unit) => unit.layer === layer).map((unit) => stop(unit.name)));
    },
  };
}
