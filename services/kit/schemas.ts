import { z } from 'zod';
import { type IdKind, idPattern } from './ids.ts';

/** `{ amount_minor, currency }` as clients send and receive it. */
export const moneySchema = z
  .strictObject({
    amount_minor: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
    currency: z.string().regex(/^[A-Z]{3}$/),
  })
  .meta({ description: 'Whole minor units (paise, cents) of an ISO 4217 currency' });

/** A UTC time that ends in `Z`. */
export const timeSchema = z.iso.datetime();

/** An id of one kind, for bodies: a wrong form is a 422. */
export const idSchema = (kind: IdKind) => z.string().regex(idPattern(kind));

/** An id in a path: any form is accepted, what does not exist is a 404. */
export const pathIdSchema = z.string().min(1).max(128);

/** A page of a list: `next_cursor` is null on the last one. */
export const pageSchema = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), next_cursor: z.string().nullable() });
