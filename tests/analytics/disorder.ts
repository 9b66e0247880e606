import type { OrderEvent } from '../../services/order-service/events.ts';

/** A record as it is to be appended; `ingested` in epoch milliseconds, growing from one to the next. */
export type Appended = { readonly key: string; readonly value: string | null; readonly ingested: number };

/** Of each kind of record that is no event: what makes one from a sound event. */
export const unparsableKinds: Readonly<Record<string, (event: OrderEvent) => string | null>> = {
  'a tombstone': () => null,
  'no JSON': (event) => JSON.stringify(event).slice(0, 90),
  'an array': (event) => JSON.stringify([event]),
  'bytes that are no text': () => '\u0000\u0001\ufffd',
  'without an id': ({ id: _, ...event }) => JSON.stringify(event),
  'a type that is a number': (event) => JSON.stringify({ ...event, type: 7 }),
  'a time without a zone': (event) => JSON.stringify({ ...event, time: event.time.slice(0, -1) }),
  'a time that is none': (event) => JSON.stringify({ ...event, time: event.time.replace(/T\d\d/, 'T27') }),
  'without data': ({ data: _, ...event }) => JSON.stringify(event),
  'without an order': (event) => withData(event, { order_id: undefined }),
  'a total in quotes': (event) => withData(event, { total_minor: String(event.data.total_minor) }),
  'a total with a fraction': (event) => withData(event, { total_minor: 12.5 }),
  'a negative total': (event) => withData(event, { total_minor: -5 }),
  'a currency of four letters': (event) => withData(event, { currency: 'EURO' }),
  'without a country': (event) => withData(event, { country: undefined }),
  'lines that are no list': (event) => withData(event, { lines: 'none' }),
  'a line without a quantity': (event) =>
    withData(event, { lines: event.data.lines.map(({ quantity: _, ...line }) => line) }),
  'no line': (event) => withData(event, { lines: [] }),
  'a line that is a number': (event) => withData(event, { lines: [...event.data.lines, 7] }),
  'a refund of a text': (event) => withData(event, { refund_minor: 'all' }),
  'a refund without its amount': (event) =>
    JSON.stringify({ ...event, type: 'order.refunded', data: { ...event.data, refund_minor: undefined } }),
};

const withData = (event: OrderEvent, change: object): string =>
  JSON.stringify({ ...event, data: { ...event.data, ...change } });

/**
 * The events as a broker may have got them: 5 % out of order, 2 % ten minutes late, 5 % repeated, and beside them at least one
 * record of every unparsable kind and at least 0.1 %.
 */
export function disordered(events: readonly OrderEvent[], random: () => number): readonly Appended[] {
  const records: Appended[] = [];
  for (const event of events) {
    const chance = random();
    const delay = chance < 0.02 ? 600_000 : chance < 0.07 ? 4_000 + random() * 20_000 : random() * 800;
    const record = {
      key: event.subject,
      value: JSON.stringify(event),
      ingested: Date.parse(event.time) + Math.floor(delay),
    };
    records.push(record);
    if (random() < 0.05) records.push({ ...record, ingested: record.ingested + 1 + Math.floor(random() * 40_000) });
  }
  const kinds = Object.values(unparsableKinds);
  for (let n = 0; n < Math.max(kinds.length, events.length / 1_000); n++) {
    const event = events[Math.floor(random() * events.length)];
    const kind = kinds[n % kinds.length];
    if (!event || !kind) continue;
    // Under an id of its own, so that it is not taken for a repetition.
    const value = kind({ ...event, id: `${event.id}0000` });
    records.push({ key: event.subject, value, ingested: Date.parse(event.time) + 1 });
  }
  return records.sort((a, b) => a.ingested - b.ingested);
}
