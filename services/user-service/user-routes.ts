import { z } from 'zod';
import { newId } from '../kit/ids.ts';
import { problem } from '../kit/problem.ts';
import { type Route, reply, route } from '../kit/route.ts';
import { pathIdSchema } from '../kit/schemas.ts';
import { emailSchema, nameSchema, newPasswordSchema, phoneSchema, profileOf, profileSchema } from './bodies.ts';
import type { SignInParts } from './sign-in.ts';
import { signedIn } from './signed-in.ts';
import { normalizeEmail, normalizePassword } from './user.ts';

const missing = () => problem('not_found', 'There is no such user.');

/** Accounts: registering, one's own profile, and what services ask about a user. */
export const userAccountRoutes = (deps: SignInParts): readonly Route[] => [
  route({
    method: 'POST',
    path: '/users',
    summary: 'Register',
    access: { anyone: true },
    body: z.strictObject({
      name: nameSchema,
      email: emailSchema,
      phone: phoneSchema.optional(),
      password: newPasswordSchema,
    }),
    answers: { 201: profileSchema },
    problems: ['email_taken'],
    async handle({ body }) {
      const outcome = await deps.users.register({
        userId: newId('user'),
        name: body.name,
        email: normalizeEmail(body.email),
        phone: body.phone ?? null,
        roles: ['customer'],
        passwordHash: await deps.passwords.hash(normalizePassword(body.password)),
      });
      if (outcome.kind === 'email_taken') return problem('email_taken', 'Sign in, or use another address.');
      await deps.outbox.deliver(outcome.message);
      return reply(201, profileOf(outcome.user), { location: `/users/${outcome.user.userId}` });
    },
  }),
  route({
    method: 'GET',
    path: '/users/me',
    summary: 'My profile',
    access: { user: 'any' },
    answers: { 200: profileSchema },
    problems: [],
    async handle({ principal }) {
      const asking = await signedIn(deps.users, principal);
      return asking.kind === 'problem' ? asking : reply(200, profileOf(asking.user));
    },
  }),
  route({
    method: 'PATCH',
    path: '/users/me',
    summary: 'Change my name or phone',
    access: { user: 'any' },
    body: z
      .strictObject({ name: nameSchema.optional(), phone: phoneSchema.nullable().optional() })
      .refine((body) => Object.keys(body).length > 0, 'Send at least one field.')
      .meta({ minProperties: 1 }),
    answers: { 200: profileSchema },
    problems: [],
    async handle({ principal, body }) {
      const asking = await signedIn(deps.users, principal);
      if (asking.kind === 'problem') return asking;
      const changed = await deps.users.change(asking.user.userId, body);
      if (!changed) return missing();
      await deps.outbox.deliver(changed.message);
      return reply(200, profileOf(changed.user));
    },
  }),
  route({
    method: 'GET',
    path: '/users/:user_id',
    summary: 'A profile, for its owner and administrators; whether the user exists and is active, for services',
    access: { user: 'any', services: ['order-service', 'payment-service'] },
    params: z.object({ user_id: pathIdSchema }),
    // The order matters: a profile is also a valid short answer.
    answers: { 200: z.union([profileSchema, profileSchema.pick({ user_id: true, status: true })]) },
    problems: ['not_found'],
    async handle({ principal, params }) {
      if (principal.kind === 'service') {
        const user = await deps.users.find(params.user_id);
        return user ? reply(200, { user_id: user.userId, status: user.status }) : missing();
      }
      const asking = await signedIn(deps.users, principal);
      if (asking.kind === 'problem') return asking;
      if (asking.user.userId === params.user_id) return reply(200, profileOf(asking.user));
      const mayAsk = principal.kind === 'user' && principal.roles.includes('admin');
      const user = mayAsk ? await deps.users.find(params.user_id) : undefined;
      return user ? reply(200, profileOf(user)) : missing();
    },
  }),
];
