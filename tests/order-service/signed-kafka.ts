import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { startKafka } from '../../bin/local/engines/kafka.ts';
import { choosePorts } from '../../bin/local/ports.ts';
import { createProducer } from '../../services/kit/kafka.ts';
import { memoryDirectory } from '../harness/memory-directory.ts';

/** A broker of its own that checks ACLs at a second door, where these users sign in as the other cloud does. */
export async function startSignedKafka(users: readonly string[]) {
  const dir = memoryDirectory('kafka');
  mkdirSync(join(dir, 'kafka'), { recursive: true });
  const { plain, controller, signed } = await choosePorts({
    plain: undefined,
    controller: undefined,
    signed: undefined,
  });
  const broker = await startKafka({
    dir: join(dir, 'kafka'),
    port: plain,
    controllerPort: controller,
    logFile: join(dir, 'kafka.log'),
    signIn: { port: signed, passwords: Object.fromEntries(users.map((name) => [name, `password-of-${name}`])) },
  });
  return {
    /** Where the administrator of the broker is taken without a login. */
    endpoint: broker.endpoint,
    as: (username: string) =>
      new Kafka({
        clientId: username,
        brokers: [`127.0.0.1:${signed}`],
        sasl: { mechanism: 'scram-sha-512', username, password: `password-of-${username}` },
        retry: { retries: 2, initialRetryTime: 50 },
        logLevel: logLevel.NOTHING,
      }),
    async stop() {
      await broker.kill();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

const reasonOf = (error: unknown): string => {
  for (let one = error; one instanceof Error; one = one.cause) if ('type' in one) return String(one.type);
  return error instanceof Error ? error.message : String(error);
};

/** Answers the first record of a topic that a group gets, or why it gets none. */
export async function read(kafka: Kafka, topic: string, groupId: string): Promise<string> {
  const consumer = kafka.consumer({ groupId, retry: { retries: 0 } });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  // Awaited below; a crash may come before.
  promise.catch(() => {});
  consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => resolve(String(message.value)) });
    return await promise;
  } catch (error) {
    return reasonOf(error);
  } finally {
    await consumer.disconnect();
  }
}

/** Answers `written`, or why it was not. */
export async function write(kafka: Kafka, topic: string): Promise<string> {
  const producer = createProducer(kafka);
  try {
    await producer.send(topic, [{ key: 'key', value: 'a record' }]);
    return 'written';
  } catch (error) {
    return reasonOf(error);
  } finally {
    await producer.close().catch(() => {});
  }
}

/** Brokers learn of an ACL a moment after it is kept: asks again until the answer is this one, and answers the last. */
export async function eventually(wanted: string, ask: () => Promise<string>): Promise<string> {
  const end = performance.now() + 15_000;
  for (;;) {
    const answer = await ask();
    if (answer === wanted || performance.now() > end) return answer;
    await sleep(100);
  }
}
