import { z } from 'zod';
import { orderEventDataSchema, orderEventSchema } from '../services/order-service/events.ts';
import type { Publication } from '../services/platform/facts.ts';
import type { JobName, TopicName, WorkloadName } from '../services/platform/names.ts';
import { type Platform, participants, platform } from '../services/platform/platform.ts';

type Json = Record<string, unknown>;

/** JSON Schema (2020-12) of the events on `orders.v1`, for `docs/schemas/order-event.v1.json`. */
export function orderEventJsonSchema(): Json {
  const schema = z.toJSONSchema(orderEventSchema, { target: 'draft-2020-12', io: 'output' }) as Json;
  return { $schema: schema.$schema, $id: orderEventDataSchema, title: 'Order event, version 1', ...schema };
}

/** Topics whose messages are described; a dead-letter topic holds whatever it was given. */
const messages: Readonly<Partial<Record<TopicName, { readonly name: string; readonly payload: () => Json }>>> = {
  'orders.v1': { name: 'OrderEvent', payload: orderEventJsonSchema },
};

/** AsyncAPI 3.0 document of every described topic: who sends, who receives, and what. */
export function asyncApiDocument(of: Platform = platform): Json {
  const all = participants(of);
  const published = all.flatMap((one) => one.publishes.map((publication) => ({ by: one.name, publication })));
  const described = published.filter(({ publication }) => messages[publication.topic]);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Events of the e-commerce platform',
      version: '1.0.0',
      license: { name: 'MIT' },
      description:
        'Delivered at least once and in order per key: drop an event whose id you have handled, and ignore fields and types that you do not know.',
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(described.map(({ publication }) => [publication.topic, channel(publication)])),
    operations: Object.fromEntries([
      ...described.map(({ by, publication }) => operation(by, 'send', publication.topic)),
      ...all.flatMap((one) =>
        one.consumes.filter(({ topic }) => messages[topic]).map(({ topic }) => operation(one.name, 'receive', topic)),
      ),
    ]),
    components: {
      messages: Object.fromEntries(
        described.flatMap(({ publication }) => {
          const message = messages[publication.topic];
          return message ? [[message.name, messageObject(message.name)]] : [];
        }),
      ),
      schemas: Object.fromEntries(
        Object.values(messages).map(({ name, payload }) => {
          const { $schema: _, $id: __, ...schema } = payload();
          return [name, schema];
        }),
      ),
    },
  };
}

function channel({ topic, partitions, retentionDays }: Publication): Json {
  const name = messages[topic]?.name ?? '';
  return {
    address: topic,
    messages: { [name]: { $ref: `#/components/messages/${name}` } },
    bindings: {
      kafka: {
        topic,
        partitions,
        topicConfiguration: { 'retention.ms': retentionDays * 86_400_000 },
        bindingVersion: '0.5.0',
      },
    },
  };
}

const operation = (by: WorkloadName | JobName, action: 'send' | 'receive', topic: TopicName): [string, Json] => [
  `${by}_${action}_${topic}`,
  {
    action,
    channel: { $ref: `#/channels/${topic}` },
    title: `${by} ${action === 'send' ? 'publishes' : 'reads'} ${topic}`,
    messages: [{ $ref: `#/channels/${topic}/messages/${messages[topic]?.name}` }],
  },
];

const messageObject = (name: string): Json => ({
  name,
  contentType: 'application/json',
  payload: { $ref: `#/components/schemas/${name}` },
  bindings: {
    kafka: { key: { type: 'string', description: "The order's id" }, bindingVersion: '0.5.0' },
  },
});
