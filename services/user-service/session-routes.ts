import { z } from 'zod';
import { problem } from '../kit/problem.ts';
import { type Route, reply, route } from '../kit/route.ts';
import { pageSchema, pathIdSchema, timeSchema } from '../kit/schemas.ts';
import { type SignInParts, signOut } from './sign-in.ts';
import { signedIn } from './signed-in.ts';

const sessionSchema = z.object({
  session_id: z.string(),
  device_label: z.string().nullable(),
  network: z.string().nullable(),
  created_at: timeSchema,
  last_used_at: timeSchema,
  expires_at: timeSchema,
  current: z.boolean(),
});

/** Where a user is signed in. */
export const sessionRoutes = (deps: SignInParts): readonly Route[] => [
  route({
    method: 'GET',
    path: '/users/me/sessions',
    summary: 'Where I am signed in, at most the 100 used last',
    access: { user: 'any' },
    answers: { 200: pageSchema(sessionSchema) },
    problems: [],
    async handle({ principal }) {
      const asking = await signedIn(deps.users, principal);
      if (asking.kind === 'problem') return asking;
      const sessions = await deps.sessions.list(asking.user.userId);
      const items = sessions.map((session) => ({
        session_id: session.sessionId,
        device_label: session.deviceLabel,
        network: session.network,
        created_at: session.createdAt.toISOString(),
        last_used_at: session.lastUsedAt.toISOString(),
        expires_at: session.expiresAt.toISOString(),
        current: session.sessionId === asking.sessionId,
      }));
      return reply(200, { items, next_cursor: null });
    },
  }),
  route({
    method: 'DELETE',
    path: '/users/me/sessions/:session_id',
    summary: 'Sign out there',
    access: { user: 'any' },
    params: z.object({ session_id: pathIdSchema }),
    answers: { 204: null },
    problems: ['not_found'],
    async handle({ principal, params }) {
      const asking = await signedIn(deps.users, principal);
      if (asking.kind === 'problem') return asking;
      const done = await signOut(deps, asking.user.userId, params.session_id, 'signed_out');
      return done ? reply(204) : problem('not_found', 'There is no such session.');
    },
  }),
];
