import { randomUUID } from 'node:crypto';
import { createKafka, type IncomingRecord, readAll } from '../../services/kit/kafka.ts';
import { createLog } from '../../services/kit/log.ts';
import type { OrderEvent } from '../../services/order-service/events.ts';
import type { PlatformUnderTest } from '../harness/platform.ts';

/** Everything on `orders.v1` until now, as the broker has it. */
export function readOrderRecords(platform: PlatformUnderTest): Promise<readonly IncomingRecord[]> {
  const kafka = createKafka('tests', platform.addresses.kafka ?? '', createLog('tests', 'fatal'));
  return readAll(kafka, 'orders.v1', `tests-${randomUUID()}`);
}

/** The same as events, each once: a relay that died may have published some again under the same id. */
export async function readOrderEvents(platform: PlatformUnderTest): Promise<readonly OrderEvent[]> {
  const events = (await readOrderRecords(platform)).map((record) => JSON.parse(String(record.value)) as OrderEvent);
  return [...new Map(events.map((event) => [event.id, event])).values()];
}
