import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { asking, type Dynamo } from '../kit/dynamo.ts';

export type Contact = { readonly email: string; readonly name: string; readonly mayMail: boolean };

export interface Contacts {
  /**
   * The user's contact, or `undefined` when there is none that can be used (erased, or not there yet). Throws
   * `Unavailable`.
   */
  of(userId: string): Promise<Contact | undefined>;
}

const itemSchema = z.object({
  email: z.string().min(1),
  name: z.string().default(''),
  consent: z.object({ email: z.boolean().optional() }).optional(),
});

/** Contacts in `ecommerce-contacts`, which user-service writes. */
export function createContacts(dynamo: Dynamo, table: string): Contacts {
  return {
    async of(userId) {
      const { Item } = await asking(() =>
        dynamo.send(
          new GetCommand({ TableName: table, Key: { pk: `USER#${userId}`, sk: 'META' }, ConsistentRead: true }),
        ),
      );
      const contact = itemSchema.safeParse(Item);
      if (!contact.success) return undefined;
      const { email, name, consent } = contact.data;
      return { email, name, mayMail: consent?.email !== false };
    },
  };
}
