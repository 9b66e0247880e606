import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../kit/clock.ts';
import { asking, type Dynamo, isConditionFailure } from '../kit/dynamo.ts';
import { type Cart, emptyCart } from './cart.ts';

/** Where carts live. Every method throws `Unavailable` when the store cannot be asked. */
export interface CartStore {
  load(cartId: string): Promise<Cart>;
  /** Writes a cart made from version `cart.version`; `undefined` when somebody else wrote meanwhile. */
  save(cart: Cart): Promise<Cart | undefined>;
  /** Empties the cart if it is still at this version: what was put in since stays. */
  clear(cartId: string, version: number): Promise<void>;
}

/** How long an untouched cart is kept, in seconds; compared in code, because table TTL may lag for days. */
const cartLifetimeSeconds = 30 * 86_400;

/** Carts in DynamoDB, each write conditional on the version that was read. */
export function createCartStore(dynamo: Dynamo, table: string, clock: Clock): CartStore {
  const keyOf = (cartId: string) => ({ pk: `CART#${cartId}`, sk: 'META' });

  async function save(cart: Cart): Promise<Cart | undefined> {
    const next = { ...cart, version: cart.version + 1, updated_at: clock.now() };
    const now = Math.floor(clock.now() / 1000);
    try {
      await asking(() =>
        dynamo.send(
          new PutCommand({
            TableName: table,
            Item: { ...keyOf(cart.cart_id), ...next, expires_at: now + cartLifetimeSeconds },
            ConditionExpression:
              cart.version === 0 ? 'attribute_not_exists(pk) OR expires_at <= :now' : 'version = :version',
            ExpressionAttributeValues: cart.version === 0 ? { ':now': now } : { ':version': cart.version },
          }),
        ),
      );
      return next;
    } catch (error) {
      if (isConditionFailure(error)) return undefined;
      throw error;
    }
  }

  return {
    async load(cartId) {
      const { Item: item } = await asking(() =>
        dynamo.send(new GetCommand({ TableName: table, Key: keyOf(cartId), ConsistentRead: true })),
      );
      if (!item || Number(item.expires_at) * 1000 <= clock.now()) return emptyCart(cartId, clock.now());
      const { cart_id, version, lines, updated_at } = item as Cart;
      return { cart_id, version, lines, updated_at };
    },
    save,
    async clear(cartId, version) {
      await save({ cart_id: cartId, version, lines: [], updated_at: clock.now() });
    },
  };
}
