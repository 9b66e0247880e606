import { z } from 'zod';
import { timeSchema } from '../kit/schemas.ts';
import { roles } from '../kit/user-token.ts';
import type { User } from './user.ts';

// No control characters: PostgreSQL cannot store U+0000, and the others only serve to forge lines.
const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it refuses.
    .regex(/^(?=.*\S)[^\u0000-\u001f\u007f-\u009f]*$/, 'Must have a visible character and no control characters.');

export const emailSchema = z.email().max(254).meta({ description: 'Compared without regard to case' });
export const nameSchema = line(200);
export const phoneSchema = z
  .string()
  .regex(/^\+?[0-9]{7,15}$/, 'Must be 7 to 15 digits, with or without a leading +.')
  .meta({ description: 'Digits, best with + and the country code' });
export const deviceLabelSchema = line(100);

export const newPasswordSchema = z.string().min(12).max(128).meta({
  description: '12 to 128 characters of any kind; there are no rules of composition',
  format: 'password',
});
/** For signing in: whatever was once accepted as a password. */
export const passwordSchema = z.string().min(1).max(128).meta({ format: 'password' });

/** A user as the user sees it. */
export const profileSchema = z.object({
  user_id: z.string(),
  name: z.string(),
  email: z.string(),
  phone: z.string().nullable(),
  roles: z.array(z.enum(roles)),
  status: z.enum(['active', 'disabled']),
  created_at: timeSchema,
});

/** The members of `profileSchema`. */
export const profileOf = (user: User): z.infer<typeof profileSchema> => ({
  user_id: user.userId,
  name: user.name,
  email: user.email,
  phone: user.phone,
  roles: [...user.roles],
  status: user.status,
  created_at: user.createdAt.toISOString(),
});
