/** The parts of a JSON Schema that the compatibility of two versions depends on. */
type Schema = {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly [keyword: string]: unknown;
};

const lowerBounds = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems'] as const;
const upperBounds = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems'] as const;
const fixed = ['type', 'const', 'pattern', 'format', 'additionalProperties'] as const;

/**
 * One sentence for each way in which `next` breaks `previous`: records of the log that were written under the previous version
 * must stay valid, and what it promised to readers must stay true. New optional fields and new enum values are allowed.
 */
export function breakingChanges(previous: object, next: object): readonly string[] {
  return compare(previous as Schema, next as Schema, '');
}

function compare(previous: Schema, next: Schema, path: string): string[] {
  const here = path || 'the event';
  const broken: string[] = [];
  for (const keyword of fixed)
    if (previous[keyword] !== next[keyword])
      broken.push(`${here}: ${keyword} changed from ${show(previous[keyword])} to ${show(next[keyword])}.`);
  for (const keyword of lowerBounds)
    if (Number(next[keyword] ?? -Infinity) > Number(previous[keyword] ?? -Infinity))
      broken.push(`${here}: ${keyword} was raised to ${show(next[keyword])}.`);
  for (const keyword of upperBounds)
    if (Number(next[keyword] ?? Infinity) < Number(previous[keyword] ?? Infinity))
      broken.push(`${here}: ${keyword} was lowered to ${show(next[keyword])}.`);
  if (next.enum)
    for (const value of previous.enum ?? [undefined])
      if (!next.enum.includes(value))
        broken.push(
          value === undefined ? `${here} was narrowed to an enum.` : `${here} lost the value ${show(value)}.`,
        );
  for (const name of Object.keys(previous.properties ?? {}))
    if (!next.properties?.[name]) broken.push(`${path}/${name} was removed.`);
  for (const name of next.required ?? [])
    if (!previous.required?.includes(name)) broken.push(`${path}/${name} is newly required.`);
  for (const name of previous.required ?? [])
    if (next.properties?.[name] && !next.required?.includes(name))
      broken.push(`${path}/${name} is no longer promised.`);
  for (const [name, property] of Object.entries(previous.properties ?? {})) {
    const now = next.properties?.[name];
    if (now) broken.push(...compare(property, now, `${path}/${name}`));
  }
  if (previous.items && next.items) broken.push(...compare(previous.items, next.items, `${path}[]`));
  return broken;
}

const show = (value: unknown): string => JSON.stringify(value) ?? 'nothing';
