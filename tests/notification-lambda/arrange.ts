import { randomUUID } from 'node:crypto';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { MSKEvent, MSKRecord } from 'aws-lambda';
import { inject } from 'vitest';
import { localAws } from '../../bin/local/aws.ts';
import { type Clock, systemClock } from '../../services/kit/clock.ts';
import { newId } from '../../services/kit/ids.ts';
import { createLog } from '../../services/kit/log.ts';
import { createConsumer } from '../../services/notification-lambda/consumer.ts';
import { createContacts } from '../../services/notification-lambda/contacts.ts';
import { createDeliveries } from '../../services/notification-lambda/deliveries.dynamo.ts';
import type { Deliveries } from '../../services/notification-lambda/deliveries.ts';
import { createMailer, type Mailer } from '../../services/notification-lambda/mail.ts';
import { notificationsTable } from '../../services/notification-lambda/table.ts';
import { makeOrderEvent, type OrderEvent, type OrderEventInput } from '../../services/order-service/events.ts';
import { contactsTable } from '../../services/user-service/table.ts';
import { createDynamoClient, createTables } from '../harness/dynamodb.ts';

const quiet = createLog('tests', 'fatal');

/** An event of a new order, two lines, INR 4,500.00 in all. */
export const orderEvent = (change: Partial<OrderEventInput> = {}): OrderEvent =>
  makeOrderEvent({
    type: 'order.paid',
    time: new Date().toISOString(),
    order_id: newId('order'),
    seq: 3,
    state: 'paid',
    user_id: newId('user'),
    currency: 'INR',
    total_minor: 450_000,
    country: 'IN',
    lines: [
      { product_id: newId('product'), quantity: 2, unit_minor: 150_000, line_minor: 300_000 },
      { product_id: newId('product'), quantity: 1, unit_minor: 150_000, line_minor: 150_000 },
    ],
    ...change,
  });

/** What Lambda would hand over: values are put into one partition in their order, from offset 0. */
export function invocation(values: readonly (OrderEvent | string)[], partition = 0): MSKEvent {
  const records = values.map((value, offset): MSKRecord => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return {
      topic: 'orders.v1',
      partition,
      offset,
      timestamp: Date.now(),
      timestampType: 'LOG_APPEND_TIME',
      key: '',
      value: Buffer.from(text).toString('base64'),
      headers: [],
    };
  });
  return {
    eventSource: 'aws:kafka',
    eventSourceArn: 'arn:aws:kafka:local:000000000000:cluster/local',
    bootstrapServers: '',
    records: { [`orders.v1-${partition}`]: records },
  };
}

export type Mail = {
  readonly from: string;
  readonly destination: { readonly to: readonly string[] };
  readonly subject: string;
  readonly body: { readonly text: string; readonly html: string };
  readonly headers?: readonly { readonly name: string; readonly value: string }[];
};

/** The mails that a mailbox holds for some events, by the event's id. */
export async function mailsFor(
  events: readonly OrderEvent[],
  endpoint = inject('sesEndpoint'),
): Promise<ReadonlyMap<string, readonly Mail[]>> {
  const answer = await fetch(`${endpoint}/store`);
  const { emails } = (await answer.json()) as { emails: readonly Mail[] };
  const found = new Map<string, Mail[]>(events.map((event) => [event.id, []]));
  for (const mail of emails)
    found.get(mail.headers?.find(({ name }) => name === 'X-Event-Id')?.value ?? '')?.push(mail);
  return found;
}

/** The mails for one event. */
export const mailsOf = async (event: OrderEvent, endpoint?: string): Promise<readonly Mail[]> =>
  (await mailsFor([event], endpoint)).get(event.id) ?? [];

export const mailerAt = (endpoint: string): Mailer =>
  createMailer(new SESv2Client({ ...localAws, endpoint, maxAttempts: 1 }), 'orders@shop.example');

export type Arranged = Awaited<ReturnType<typeof arrange>>;

/** The function on tables of its own. */
export async function arrange(
  parts: {
    readonly mailer?: Mailer;
    readonly clock?: Clock;
    readonly dynamo?: DynamoDBDocumentClient;
    /** Puts a bug into the delivery records. */
    readonly spoil?: (deliveries: Deliveries) => Deliveries;
  } = {},
) {
  const direct = createDynamoClient();
  const dynamo = parts.dynamo ?? direct;
  const { clock = systemClock, spoil = (deliveries) => deliveries } = parts;
  const names = await createTables([contactsTable, notificationsTable], 'notification');
  const tables = { contacts: names['ecommerce-contacts'], notifications: names['ecommerce-notifications'] };
  const start = () =>
    createConsumer({
      contacts: createContacts(dynamo, tables.contacts),
      deliveries: spoil(createDeliveries(dynamo, tables.notifications, clock)),
      mailer: parts.mailer ?? mailerAt(inject('sesEndpoint')),
      clock,
      log: quiet,
      newClaim: randomUUID,
    });
  return {
    tables,
    /** The function as a newly started instance, with nothing in its memory. */
    start,
    run: start(),
    async contact(event: OrderEvent, more: Record<string, unknown> = {}) {
      const item = { email: `${event.data.user_id}@mail.example`, name: 'Asha', locale: 'en', consent: {}, ...more };
      await direct.send(
        new PutCommand({
          TableName: tables.contacts,
          Item: { pk: `USER#${event.data.user_id}`, sk: 'META', version: 1, ...item },
        }),
      );
    },
    async delivery(event: OrderEvent) {
      const key = { pk: `ORDER#${event.data.order_id}`, sk: `${event.id}#email` };
      return (await direct.send(new GetCommand({ TableName: tables.notifications, Key: key }))).Item;
    },
    async rejected(partition: string) {
      const { Items = [] } = await direct.send(
        new QueryCommand({
          TableName: tables.notifications,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': `REJECTED#${partition}` },
        }),
      );
      return Items;
    },
  };
}

export const plenty = { getRemainingTimeInMillis: () => 60_000 };
export const none = { batchItemFailures: [] };
export const failure = (offset: number, partition = 0) => ({
  batchItemFailures: [{ itemIdentifier: { partition: `orders.v1-${partition}`, offset } }],
});
