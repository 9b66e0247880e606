import { z } from 'zod';
import { idSchema, moneySchema, pathIdSchema } from '../kit/schemas.ts';
import { productSorts } from './product.ts';

/** Prices stop where a full order of the dearest product could no longer be added up exactly. */
const maxPriceMinor = 10_000_000_000;

/** Most lines and units that one request may ask for; an order-service limit must not be above it. */
export const maxLines = 100;
export const maxQuantity = 10_000;

/** Text that PostgreSQL can store and a page can show: no control characters but line breaks and tabs. */
const text = (min: number, max: number) =>
  z
    .string()
    .min(min)
    .max(max)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
    .regex(/^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/, 'Remove control characters.');

const priceSchema = moneySchema.extend({ amount_minor: z.int().min(1).max(maxPriceMinor) });
const titleSchema = text(1, 200);
const descriptionSchema = text(0, 5_000);
const categorySchema = text(1, 64);

export const newProductSchema = z.strictObject({
  sku: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
  title: titleSchema,
  description: descriptionSchema,
  category: categorySchema,
  price: priceSchema,
});

export const productChangeSchema = z
  .strictObject({
    title: titleSchema.optional(),
    description: descriptionSchema.optional(),
    category: categorySchema.optional(),
    price: priceSchema.optional(),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), 'Send at least one field to change.');

export const productSchema = z.strictObject({
  product_id: idSchema('product'),
  sku: z.string(),
  title: z.string(),
  description: z.string(),
  category: z.string(),
  price: moneySchema,
  price_version: z.int(),
  available: z.int(),
  image_urls: z.array(z.string()),
});

export const productListQuerySchema = z.strictObject({
  category: categorySchema.optional(),
  q: text(1, 200).optional(),
  sort: z.enum(productSorts).optional(),
  cursor: z.string().max(512).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

export const stockReceiptSchema = z.strictObject({ quantity: z.int().min(1).max(1_000_000), reason: text(1, 200) });
export const stockSchema = z.strictObject({
  product_id: idSchema('product'),
  on_hand: z.int(),
  held: z.int(),
  available: z.int(),
});

export const productPathSchema = z.strictObject({ product_id: pathIdSchema });
export const orderPathSchema = z.strictObject({ order_id: pathIdSchema });

const lineSchema = z.strictObject({ product_id: idSchema('product'), quantity: z.int().min(1).max(maxQuantity) });
const linesSchema = z.array(lineSchema).min(1).max(maxLines);

export const quoteRequestSchema = z.strictObject({ items: linesSchema });
export const quoteSchema = z.strictObject({
  items: z.array(
    z.strictObject({
      product_id: idSchema('product'),
      title: z.string(),
      unit_price: moneySchema,
      price_version: z.int(),
      available: z.int(),
    }),
  ),
  missing: z.array(idSchema('product')),
});

/** No hold outlives an hour, however often it is extended. */
const secondsSchema = z.int().min(1).max(3_600);
export const holdRequestSchema = z.strictObject({ items: linesSchema, ttl_seconds: secondsSchema });
export const singleHoldRequestSchema = z.strictObject({
  order_id: idSchema('order'),
  quantity: z.int().min(1).max(maxQuantity),
});
export const extendRequestSchema = z.strictObject({ for_seconds: secondsSchema });

const outcomeSchema = z.string().regex(/^[a-z_]+(:[a-z]+)?$/);
const expirySchema = z.iso.datetime().nullable();
export const outcomeAnswerSchema = z.strictObject({ outcome: outcomeSchema });
export const extendAnswerSchema = z.strictObject({ outcome: outcomeSchema, expires_at: expirySchema });
export const holdAnswerSchema = z.strictObject({
  outcome: outcomeSchema,
  expires_at: expirySchema,
  shortages: z.array(z.strictObject({ product_id: idSchema('product'), requested: z.int(), available: z.int() })),
});
