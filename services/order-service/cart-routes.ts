import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Principal } from '../kit/access.ts';
import { isoTime } from '../kit/clock.ts';
import { money, times } from '../kit/money.ts';
import { type Problem, problem } from '../kit/problem.ts';
import { type Input, type Reply, type Route, reply, route } from '../kit/route.ts';
import { idSchema, moneySchema, pathIdSchema, timeSchema } from '../kit/schemas.ts';
import { Unavailable } from '../kit/unavailable.ts';
import { type Cart, maxCartLines, maxQuantity, merge, subtotal, withLine } from './cart.ts';
import type { CartStore } from './cart-store.ts';
import type { Products } from './clients.ts';
import { lineSchema } from './order-view.ts';

const cartSchema = z.object({
  items: z.array(lineSchema),
  subtotal: moneySchema,
  updated_at: timeSchema,
});

/** What an empty cart counts in. */
const shopCurrency = 'INR';

/** A guest's cart is known to whoever knows its id, so only ids that cannot be guessed are taken. */
const guestIdPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

type Asked = Pick<Input<unknown, unknown, unknown>, 'principal' | 'header'>;

function view(cart: Cart) {
  return {
    items: cart.lines.map(({ product_id, title, quantity, unit_minor, currency }) => {
      const unit = money(unit_minor, currency);
      return { product_id, title, quantity, unit_price: unit, line_total: times(unit, quantity) };
    }),
    subtotal: subtotal(cart, shopCurrency),
    updated_at: isoTime(cart.updated_at),
  };
}

/** Carts of users and guests; a guest's id travels in `X-Cart-Id`, and is merged when it comes with a user's token. */
export function cartRoutes({
  carts,
  products,
}: {
  readonly carts: CartStore;
  readonly products: Products;
}): readonly Route[] {
  const ownerOf = (principal: Principal): string | undefined =>
    principal.kind === 'user' ? principal.userId : undefined;

  /** The cart's id and the guest id to show, or the problem with the header. */
  function cartOf({ principal, header }: Asked): { id: string; guest: string | undefined } | Problem {
    const guest = header('x-cart-id');
    if (guest !== undefined && !guestIdPattern.test(guest))
      return problem('invalid_request', 'Send the X-Cart-Id that you were given, or none.', {
        extra: { errors: [{ pointer: '/header/x-cart-id', detail: 'Must be a lower-case UUID.' }] },
      });
    const id = ownerOf(principal) ?? `guest:${guest ?? randomUUID()}`;
    return { id, guest: id.startsWith('guest:') ? id.slice(6) : guest };
  }

  /** Changes the cart, again from the start when somebody else changed it meanwhile. */
  async function change(asked: Asked, next: (cart: Cart) => Promise<Cart | Problem> | Cart): Promise<Reply | Problem> {
    const which = cartOf(asked);
    if ('kind' in which) return which;
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const cart = await carts.load(which.id);
      const changed = await next(await withGuestLines(asked, cart, which.guest));
      if ('kind' in changed) return changed;
      const saved = changed === cart ? cart : await carts.save(changed);
      if (saved) return answer(asked, saved, which.guest);
    }
    throw new Unavailable('dynamodb', 'the cart kept changing');
  }

  async function withGuestLines(asked: Asked, cart: Cart, guest: string | undefined): Promise<Cart> {
    if (!ownerOf(asked.principal) || guest === undefined) return cart;
    const theirs = await carts.load(`guest:${guest}`);
    if (theirs.lines.length === 0) return cart;
    const both = merge(cart, theirs);
    return { ...both, lines: both.lines.slice(0, maxCartLines) };
  }

  async function answer(asked: Asked, cart: Cart, guest: string | undefined): Promise<Reply> {
    if (ownerOf(asked.principal) && guest !== undefined) {
      const theirs = await carts.load(`guest:${guest}`);
      // Emptied only after its lines are safe in the user's cart, and only if they still are what was merged.
      if (theirs.lines.length > 0) await carts.clear(theirs.cart_id, theirs.version);
      return reply(200, view(cart));
    }
    return reply(200, view(cart), guest === undefined ? {} : { 'x-cart-id': guest });
  }

  /** The cart with today's prices: what its owner sees is what an order from it is compared with. */
  async function repriced(cart: Cart): Promise<Cart> {
    if (cart.lines.length === 0) return cart;
    const { items } = await products.quote(cart.lines.map(({ product_id, quantity }) => ({ product_id, quantity })));
    const lines = cart.lines.flatMap((line) => {
      const quote = items.find((one) => one.product_id === line.product_id);
      if (!quote) return [];
      const { amount_minor, currency } = quote.unit_price;
      return [{ ...line, title: quote.title, unit_minor: amount_minor, currency }];
    });
    return JSON.stringify(lines) === JSON.stringify(cart.lines) ? cart : { ...cart, lines };
  }

  const access = { anyone: true } as const;
  const answers = { 200: cartSchema };
  const productParams = z.strictObject({ product_id: pathIdSchema });
  return [
    route({
      method: 'GET',
      path: '/cart',
      summary: 'Read the cart with current prices',
      access,
      answers,
      problems: ['invalid_request'],
      handle: (asked) => change(asked, repriced),
    }),
    route({
      method: 'PUT',
      path: '/cart/items/:product_id',
      summary: 'Set the quantity of a product in the cart',
      access,
      params: z.strictObject({ product_id: idSchema('product') }),
      body: z.strictObject({ quantity: z.int().min(1).max(maxQuantity) }),
      answers,
      problems: ['conflict', 'invalid_request'],
      handle: (asked) =>
        change(asked, async (cart) => {
          const { product_id } = asked.params;
          const { items } = await products.quote([{ product_id, quantity: asked.body.quantity }]);
          const quote = items[0];
          if (!quote) return problem('not_found', 'There is no such product.');
          const { amount_minor: unit_minor, currency } = quote.unit_price;
          if (cart.lines.some((line) => line.currency !== currency))
            return problem('conflict', 'All products of a cart must have one currency.');
          const line = { product_id, title: quote.title, quantity: asked.body.quantity, unit_minor, currency };
          const next = withLine(cart, line);
          return next.lines.length > maxCartLines
            ? problem('conflict', `A cart holds ${maxCartLines} products.`)
            : next;
        }),
    }),
    route({
      method: 'DELETE',
      path: '/cart/items/:product_id',
      summary: 'Take a product out of the cart',
      access,
      params: productParams,
      answers,
      problems: ['invalid_request'],
      handle: (asked) =>
        change(asked, (cart) => {
          const lines = cart.lines.filter((line) => line.product_id !== asked.params.product_id);
          return lines.length === cart.lines.length ? cart : { ...cart, lines };
        }),
    }),
    route({
      method: 'DELETE',
      path: '/cart',
      summary: 'Empty the cart',
      access,
      answers,
      problems: ['invalid_request'],
      handle: (asked) => change(asked, (cart) => (cart.lines.length === 0 ? cart : { ...cart, lines: [] })),
    }),
  ];
}
