import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { asking, type Dynamo, isConditionFailure } from '../kit/dynamo.ts';
import type { Projections } from './projections.ts';

/** `ecommerce-sessions` and `ecommerce-contacts`. */
export function createProjections(
  dynamo: Dynamo,
  tables: { readonly sessions: string; readonly contacts: string },
): Projections {
  return {
    async markRevoked(sessionId, revokedAt, expiresAt) {
      await asking(() =>
        dynamo.send(
          new PutCommand({
            TableName: tables.sessions,
            Item: { pk: `SID#${sessionId}`, sk: 'META', revoked_at: revokedAt, expires_at: expiresAt },
          }),
        ),
      );
    },

    async putContact({ userId, version, email, phone, name, locale, consent }) {
      try {
        await asking(() =>
          dynamo.send(
            new PutCommand({
              TableName: tables.contacts,
              Item: {
                pk: `USER#${userId}`,
                sk: 'META',
                version,
                email,
                phone: phone ?? undefined,
                name,
                locale,
                consent,
              },
              ConditionExpression: 'attribute_not_exists(pk) OR #version <= :version',
              ExpressionAttributeNames: { '#version': 'version' },
              ExpressionAttributeValues: { ':version': version },
            }),
          ),
        );
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
      }
    },

    async removeContact(userId) {
      await asking(() =>
        dynamo.send(new DeleteCommand({ TableName: tables.contacts, Key: { pk: `USER#${userId}`, sk: 'META' } })),
      );
    },
  };
}
