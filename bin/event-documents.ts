import { asyncApiDocument, orderEventJsonSchema } from './asyncapi.ts';
import { breakingChanges } from './event-compatibility.ts';

const schemaFile = 'docs/schemas/order-event.v1.json';

const json = (document: unknown): string => `${JSON.stringify(document, null, 2)}\n`;

/**
 * The derived files of the events, by their path in the repository. `read` answers the present text of such a path, or
 * `undefined`. Throws when the schema would break the one that is there: its readers cannot be asked, so make a new version.
 */
export function eventDocuments(read: (path: string) => string | undefined): Readonly<Record<string, string>> {
  const schema = orderEventJsonSchema();
  const present = read(schemaFile);
  const broken = present === undefined ? [] : breakingChanges(JSON.parse(present), schema);
  if (broken.length > 0)
    throw new Error(`services/order-service/events.ts breaks version 1 of the events:\n  ${broken.join('\n  ')}`);
  return { [schemaFile]: json(schema), 'docs/asyncapi.json': json(asyncApiDocument()) };
}
