import { AsyncLocalStorage } from 'node:async_hooks';

/** What travels with one request (or one step of a worker) through every call that it causes. */
export type RequestContext = {
  readonly requestId: string;
  /** 32 hex digits, W3C Trace Context. */
  readonly traceId: string;
  /** 16 hex digits: the span of this process for this request. */
  readonly spanId: string;
  /** On this process's monotonic clock, in milliseconds; `undefined` for background work. */
  readonly deadline: number | undefined;
  /** The access token of the user on whose behalf we act, to be sent along as `x-user-token`. */
  readonly userToken: string | undefined;
};

const storage = new AsyncLocalStorage<RequestContext>();

/** The context of the request being served, if any. */
export const currentContext = (): RequestContext | undefined => storage.getStore();

/** Runs `work` so that everything it awaits sees this context. */
export const withContext = <T>(context: RequestContext, work: () => T): T => storage.run(context, work);

/** Runs `work` in the present context but without its deadline: what goes on after the answer must not be cut short by it. */
export function withoutDeadline<T>(work: () => T): T {
  const context = currentContext();
  return context ? withContext({ ...context, deadline: undefined }, work) : work();
}
