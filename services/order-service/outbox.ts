import type { Clock } from '../kit/clock.ts';
import { createCoalescer } from '../kit/coalesce.ts';
import { crashpoint } from '../kit/failpoints.ts';
import type { OutgoingRecord, Producer, RecordPosition } from '../kit/kafka.ts';
import type { Log } from '../kit/log.ts';
import { Unavailable } from '../kit/unavailable.ts';
import type { OrderEvent } from './events.ts';
import type { OrderStore } from './store.ts';

export interface Relay {
  /** Publishes what an order has staged, in order, and marks it. Calls for one order join each other. Never throws. */
  publish(orderId: string): Promise<void>;
  /** Waits for what is under way. */
  settle(): Promise<void>;
}

const recordOf = (event: OrderEvent): OutgoingRecord => ({
  key: event.subject,
  value: JSON.stringify(event),
  headers: { 'content-type': 'application/cloudevents+json; charset=UTF-8' },
});

/** After a failed send, how long nothing is tried, in milliseconds: the index brings every order back. */
const pauseMs = 1_000;

/**
 * Publishes staged events: an order's unpublished events are read strongly consistently and sent in order, and each loses its
 * marker only after the broker has acknowledged it. A crash in between publishes again under the same id. Orders that arrive
 * while a batch is in flight form the next one.
 */
export function createRelay(parts: {
  readonly store: OrderStore;
  readonly producer: Producer;
  readonly topic: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly published: (count: number, oldestMs: number) => void;
}): Relay {
  const { store, producer, topic, clock, log } = parts;
  const underWay = new Map<string, { again: boolean; readonly done: Promise<void> }>();
  let pausedUntil = Number.NEGATIVE_INFINITY;

  const send = createCoalescer<readonly OrderEvent[], readonly RecordPosition[]>({
    lanes: 1,
    maxBatch: 64,
    maxQueue: 5_000,
    overflow: () => new Unavailable('kafka', 'too many events wait to be sent'),
    async run(batches) {
      await crashpoint('relay.before_send');
      const positions = await producer.send(topic, batches.flat().map(recordOf));
      await crashpoint('relay.after_ack');
      let next = 0;
      return batches.map((batch) => {
        next += batch.length;
        return positions.slice(next - batch.length, next);
      });
    },
  });

  async function publishOnce(orderId: string): Promise<void> {
    if (clock.monotonic() < pausedUntil) return;
    const events = await store.unpublished(orderId);
    if (events.length === 0) return;
    let positions: readonly RecordPosition[];
    try {
      positions = await send(events);
    } catch (error) {
      pausedUntil = clock.monotonic() + pauseMs;
      throw error;
    }
    const at = clock.now();
    for (const [index, event] of events.entries()) {
      const position = positions[index];
      if (!position) throw new Error(`no position for ${event.id}`);
      await store.markPublished(orderId, event.data.seq, { ...position, at });
    }
    parts.published(events.length, at - Date.parse(events[0]?.time ?? ''));
  }

  return {
    async publish(orderId) {
      const running = underWay.get(orderId);
      if (running) {
        running.again = true;
        return running.done;
      }
      let resolve = () => {};
      const entry = { again: false, done: new Promise<void>((done) => (resolve = done)) };
      underWay.set(orderId, entry);
      try {
        do {
          entry.again = false;
          await publishOnce(orderId);
        } while (entry.again);
      } catch (error) {
        log.info({ order_id: orderId, err: error }, 'events stay in the outbox');
      } finally {
        underWay.delete(orderId);
        resolve();
      }
    },
    async settle() {
      await Promise.all([...underWay.values()].map((entry) => entry.done));
    },
  };
}
