/**
 * Thrown where a dependency cannot be asked: it is down, too slow, throttling, or answers nonsense. The HTTP layer turns it
 * into 503 with `Retry-After`; a worker tries again later. It is never a "no".
 */
export class Unavailable extends Error {
  readonly dependency: string;
  readonly extra: Readonly<Record<string, unknown>>;

  /** `extra` goes into the problem document (an `order_id` that may exist, for example). */
  constructor(dependency: string, reason: string, extra: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(`${dependency} is unavailable: ${reason}`, { cause });
    this.name = 'Unavailable';
    this.dependency = dependency;
    this.extra = extra;
  }
}
