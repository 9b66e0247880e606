/**
 * What stands between Kafka and a function: a process of its own that reads a topic and invokes the function's `handler`, in
 * this process, as Lambda's event source mapping does. Environment: PORT, KAFKA_BROKERS, EVENT_TOPIC, EVENT_GROUP,
 * FUNCTION_HANDLER (path of the module), and whatever the function reads itself.
 */
import { createServer } from 'node:http';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { processEnvironment, readEnvironment } from '../../services/kit/environment.ts';
import { consume, createKafka, type IncomingRecord } from '../../services/kit/kafka.ts';
import { brokerHosts } from '../../services/kit/kafka-login.ts';
import { createLog } from '../../services/kit/log.ts';
import { doneCount, invocationOf } from './event-source-batch.ts';

const environment = readEnvironment(
  z.object({
    PORT: processEnvironment.PORT,
    LOG_LEVEL: processEnvironment.LOG_LEVEL,
    KAFKA_BROKERS: z.string().min(1),
    EVENT_TOPIC: z.string().min(1),
    EVENT_GROUP: z.string().min(1),
    FUNCTION_HANDLER: z.string().min(1),
  }),
  process.env,
);
const { KAFKA_BROKERS, EVENT_TOPIC, EVENT_GROUP } = environment;
const functionTimeoutMs = 60_000;
const log = createLog('event-source', environment.LOG_LEVEL);
const { handler } = await import(pathToFileURL(resolve(environment.FUNCTION_HANDLER)).href);

let state: 'connecting' | 'reading' | 'stopping' = 'connecting';

async function invoke(records: readonly IncomingRecord[]): Promise<number> {
  const started = performance.now();
  // A process that is to end leaves the rest of the batch to the next one.
  const left = () => (state === 'stopping' ? 0 : functionTimeoutMs - (performance.now() - started));
  try {
    const answer: unknown = await handler(invocationOf(records, KAFKA_BROKERS), { getRemainingTimeInMillis: left });
    return doneCount(records, answer);
  } catch (error) {
    log.warn({ err: error }, 'the function threw; the whole batch is delivered again');
    return 0;
  }
}

const server = createServer((request, response) => {
  const ok = request.url === '/livez' || (request.url === '/readyz' && state === 'reading');
  response.writeHead(ok ? 200 : 503, { 'content-type': 'application/json' }).end(JSON.stringify({ status: state }));
});
server.listen(environment.PORT, '127.0.0.1');

// Whoever starts the platform named these brokers.
const plainTextHosts = brokerHosts(KAFKA_BROKERS);
const kafka = createKafka('event-source', KAFKA_BROKERS, log, { plainTextHosts });
let consumer: { close(): Promise<void> } | undefined;

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    state = 'stopping';
    server.close();
    server.closeAllConnections();
    setTimeout(() => process.exit(1), 20_000).unref();
    (consumer?.close() ?? Promise.resolve()).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });

while (state === 'connecting')
  try {
    consumer = await consume(kafka, {
      topic: EVENT_TOPIC,
      group: EVENT_GROUP,
      maxRecords: 100,
      partitions: 6,
      effect: invoke,
    });
    if (state === 'connecting') state = 'reading';
  } catch (error) {
    log.warn({ err: error }, 'cannot read from Kafka yet');
    await sleep(1_000);
  }
