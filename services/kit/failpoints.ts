/** Where a test may make the process die, hang or fail; the names are listed in the fault matrix. */
export type FailpointAction = 'kill' | 'stop' | 'term' | 'throw' | { readonly delayMs: number };

type Failpoint = { readonly name: string; readonly nth: number; readonly action: FailpointAction };

let armed: readonly Failpoint[] = [];
const hits = new Map<string, number>();

/**
 * Arms failpoints from `name:nth:action` (comma separated; action is kill, stop, term, throw or a number of milliseconds).
 * Only a `main.ts` with FAILPOINTS=1 calls it: in production nothing can be armed. Throws on a malformed specification.
 */
export function armFailpoints(specification: string): void {
  armed = specification
    .split(',')
    .filter(Boolean)
    .map((part) => {
      const [name, nth, action] = part.split(':');
      if (!name || !nth || !action || !/^\d+$/.test(nth)) throw new Error(`failpoint ${part} is not name:nth:action`);
      if (/^\d+$/.test(action)) return { name, nth: Number(nth), action: { delayMs: Number(action) } };
      if (action === 'kill' || action === 'stop' || action === 'term' || action === 'throw')
        return { name, nth: Number(nth), action };
      throw new Error(`failpoint ${part}: ${action} is not kill, stop, term, throw or milliseconds`);
    });
}

/** Does nothing unless this point is armed and this is its n-th passing in this process. */
export async function crashpoint(name: string): Promise<void> {
  if (armed.length === 0) return;
  const hit = (hits.get(name) ?? 0) + 1;
  hits.set(name, hit);
  const due = armed.find((point) => point.name === name && point.nth === hit);
  if (!due) return;
  if (typeof due.action === 'object') {
    await new Promise((resolve) => setTimeout(resolve, (due.action as { delayMs: number }).delayMs));
    return;
  }
  if (due.action === 'throw') throw new Error(`failpoint ${name}`);
  const signal = { kill: 'SIGKILL', stop: 'SIGSTOP', term: 'SIGTERM' } as const;
  process.kill(process.pid, signal[due.action]);
  // SIGKILL is delivered asynchronously: without waiting, the next line would still run.
  await new Promise((resolve) => setTimeout(resolve, 50));
}
