import type { Hono } from 'hono';

/** The state of one replica as the platform asks for it. */
export type Health = {
  /** Migrations and warm-up are done. */
  started(): void;
  /** From now on `/readyz` answers 503, so that no new traffic is sent here. */
  drain(): void;
  readonly draining: boolean;
  mount(app: Hono): void;
};

/**
 * `/livez` never asks a dependency; `/readyz` asks only `useless`, which names what makes *this* replica useless (or
 * nothing); `/startupz` waits for `started()`; `/health` is the same as `/readyz`, for people.
 */
export function createHealth(useless: () => string | undefined = () => undefined): Health {
  let isStarted = false;
  let isDraining = false;
  const state = (ok: boolean, detail: string) =>
    new Response(JSON.stringify({ status: ok ? 'ok' : 'unavailable', detail }), {
      status: ok ? 200 : 503,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    });
  const ready = () => {
    if (isDraining) return state(false, 'shutting down');
    if (!isStarted) return state(false, 'starting');
    const reason = useless();
    return state(reason === undefined, reason ?? 'ready');
  };
  return {
    started() {
      isStarted = true;
    },
    drain() {
      isDraining = true;
    },
    get draining() {
      return isDraining;
    },
    mount(app) {
      app.get('/livez', () => state(true, 'alive'));
      app.get('/startupz', () => state(isStarted, isStarted ? 'started' : 'starting'));
      app.get('/readyz', ready);
      app.get('/health', ready);
    },
  };
}
