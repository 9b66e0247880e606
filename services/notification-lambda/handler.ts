import type { MSKEvent } from 'aws-lambda';
import { v7 } from 'uuid';
import { systemClock } from '../kit/clock.ts';
import { createDynamo } from '../kit/dynamo.ts';
import { readEnvironment } from '../kit/environment.ts';
import { armFailpoints } from '../kit/failpoints.ts';
import { createLog } from '../kit/log.ts';
import type { KafkaBatchResponse } from './batch.ts';
import { createConsumer, type Invocation } from './consumer.ts';
import { createContacts } from './contacts.ts';
import { createDeliveries } from './deliveries.dynamo.ts';
import { environmentSchema } from './env.ts';
import { createMailer, createSes } from './mail.ts';

const environment = readEnvironment(environmentSchema, process.env);
if (environment.FAILPOINT) armFailpoints(environment.FAILPOINT);
const log = createLog('notification-lambda', environment.LOG_LEVEL);
const dynamo = createDynamo();
const consume = createConsumer({
  contacts: createContacts(dynamo, environment.CONTACTS_TABLE),
  deliveries: createDeliveries(dynamo, environment.NOTIFICATIONS_TABLE, systemClock),
  mailer: createMailer(createSes(), environment.MAIL_FROM),
  clock: systemClock,
  log,
  newClaim: v7,
});

/** What Lambda runs for each batch of `orders.v1`; its answer names the records to deliver again. */
export async function handler(event: MSKEvent, invocation: Invocation): Promise<KafkaBatchResponse> {
  try {
    return await consume(event, invocation);
  } finally {
    // Between invocations the process is frozen, and buffered lines would wait for the next one.
    log.flush();
  }
}
