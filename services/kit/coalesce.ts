/**
 * Collects what arrives while a call is in flight and sends it as one: no timer, so an idle system adds no latency.
 * `run` gets 1 to `maxBatch` inputs and must answer one output for each, in order; when it throws, every caller of that batch
 * gets the error. At most `lanes` calls run at once and at most `maxQueue` inputs wait; past that `overflow()` is thrown.
 */
export function createCoalescer<I, O>(options: {
  readonly run: (batch: readonly I[]) => Promise<readonly O[]>;
  readonly maxBatch: number;
  readonly lanes: number;
  readonly maxQueue: number;
  readonly overflow: () => Error;
}): (input: I) => Promise<O> {
  type Waiting = {
    readonly input: I;
    readonly resolve: (output: O) => void;
    readonly reject: (error: unknown) => void;
  };
  const queue: Waiting[] = [];
  let running = 0;

  async function drain(): Promise<void> {
    running += 1;
    // The microtask lets callers of the same tick join the first batch.
    await Promise.resolve();
    while (queue.length > 0) {
      const batch = queue.splice(0, options.maxBatch);
      try {
        const outputs = await options.run(batch.map((one) => one.input));
        if (outputs.length !== batch.length) throw new Error(`${outputs.length} answers for ${batch.length} inputs`);
        batch.forEach((one, index) => {
          one.resolve(outputs[index] as O);
        });
      } catch (error) {
        for (const one of batch) one.reject(error);
      }
    }
    running -= 1;
  }

  return (input) =>
    new Promise<O>((resolve, reject) => {
      if (queue.length >= options.maxQueue) {
        reject(options.overflow());
        return;
      }
      queue.push({ input, resolve, reject });
      if (running < options.lanes) void drain();
    });
}
