import type { OrderEvent } from '../services/order-service/events.ts';

type Data = OrderEvent['data'];
/** Dotted paths into an event. */
type EventPath = keyof OrderEvent | `data.${keyof Data}` | `data.lines[*].${keyof Data['lines'][number]}`;

/** How a field is written in JSON when it is what the contract says; the group is what the job reads of it. */
const shapes = {
  text: String.raw`"([^"\\]+)"`,
  instant: String.raw`"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)"`,
  country: '"([A-Z]{2})"',
  currency: '"([A-Z]{3})"',
  amount: String.raw`(\d{1,18})`,
  quantity: String.raw`([1-9]\d{0,8})`,
} as const;

/** `optional` ones may be missing. */
type Column = { readonly is: keyof typeof shapes | 'list'; readonly optional?: true };

/**
 * Every field of an event that the SQL reads, and nothing else: a field that is renamed in events.ts is an error here, and a
 * path in the SQL that is not listed is one in the tests.
 */
export const columns = {
  id: { is: 'text' },
  time: { is: 'instant' },
  type: { is: 'text' },
  'data.country': { is: 'country' },
  'data.currency': { is: 'currency' },
  'data.order_id': { is: 'text' },
  'data.refund_minor': { is: 'amount', optional: true },
  'data.total_minor': { is: 'amount' },
  'data.lines': { is: 'list' },
  'data.lines[*].product_id': { is: 'text' },
  'data.lines[*].quantity': { is: 'quantity' },
} as const satisfies Partial<Record<EventPath, Column>>;

/**
 * A regular expression for an object of these fields below `parent`, in this order and without blanks, as JSON_QUERY writes
 * it; each is a group. The last one must not be optional.
 */
export function shapeOf(parent: '' | 'data' | 'data.lines[*]', names: readonly string[]): string {
  const fields = names.map((name, n) => {
    const path = parent === '' ? name : `${parent}.${name}`;
    const column: Column | undefined = (columns as Readonly<Record<string, Column>>)[path];
    if (!column || column.is === 'list') throw new Error(`${path} is no single field of analytics/columns.ts.`);
    const field = `"${name}":${shapes[column.is]}${n < names.length - 1 ? ',' : ''}`;
    return column.optional ? `(?:${field})?` : field;
  });
  return String.raw`\{${fields.join('')}\}`;
}

/** The fields that records.sql reads of the objects in which an event keeps them, as JSON paths. */
export function jsonPathsOf(sql: string): readonly string[] {
  const paths = [...sql.matchAll(/JSON_(?:QUERY|VALUE)\(payload, '((?:[^']|'')+)'/g)].map((found) => found[1] ?? '');
  return paths.flatMap((path) => {
    const several = /^\$\.?(.*?)\[((?:''\w+'',?)+)\]$/.exec(path);
    if (!several) return [path.replace(/^\$\./, '')];
    const [, parent, names] = several;
    return [...(names ?? '').matchAll(/''(\w+)''/g)].map(([, name]) => (parent ? `${parent}.${name}` : (name ?? '')));
  });
}
