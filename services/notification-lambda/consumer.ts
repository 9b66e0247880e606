import type { Context, MSKEvent, MSKRecord } from 'aws-lambda';
import { withContext } from '../kit/request-context.ts';
import { newSpanId, newTraceId, traceIdOf } from '../kit/trace.ts';
import { Unavailable } from '../kit/unavailable.ts';
import { type KafkaBatchResponse, runBatch } from './batch.ts';
import { createDelivering, type DeliverParts } from './deliver.ts';
import { readEvent } from './incoming.ts';

export type Invocation = Pick<Context, 'getRemainingTimeInMillis'>;

/** The function without its environment: reads records of `orders.v1` and mails what they call for. */
export function createConsumer(parts: DeliverParts) {
  const { deliveries, log } = parts;
  const deliver = createDelivering(parts);

  async function handle(record: MSKRecord): Promise<void> {
    const { topic, partition, offset } = record;
    const reading = readEvent(record.value);
    if (reading.kind === 'unreadable') {
      log.error({ topic, partition, offset, reason: reading.reason }, 'rejected a record that can never succeed');
      await deliveries.rejectRecord({ topic, partition, offset }, reading.reason);
      return;
    }
    const { event } = reading;
    const traceId = traceIdOf(event.traceparent) ?? newTraceId();
    const context = { requestId: event.id, traceId, spanId: newSpanId(), deadline: undefined, userToken: undefined };
    await withContext(context, async () => {
      const outcome = await deliver(event);
      log.info({ event_id: event.id, type: event.type, topic, partition, offset, outcome }, 'handled');
    });
  }

  return (event: MSKEvent, invocation: Invocation): Promise<KafkaBatchResponse> =>
    runBatch(
      event,
      handle,
      () => invocation.getRemainingTimeInMillis(),
      ({ topic, partition, offset }, error) => {
        const line = { topic, partition, offset, err: error };
        if (error instanceof Unavailable) log.warn(line, 'to be delivered again');
        else log.error(line, 'defect; to be delivered again');
      },
    );
}
