import { z } from 'zod';
import { problem } from '../kit/problem.ts';
import { type Route, reply, route } from '../kit/route.ts';
import { accessTokenSeconds, roles } from '../kit/user-token.ts';
import { deviceLabelSchema, emailSchema, passwordSchema } from './bodies.ts';
import { hashRefreshToken } from './refresh-token.ts';
import { coarseNetwork } from './session.ts';
import { type Grant, refresh, type SignInParts, signIn, signOut } from './sign-in.ts';

const refreshTokenSchema = z
  .string()
  .min(1)
  .max(128)
  .meta({ description: 'Opaque; good for one use, which answers with the next one' });

const grantSchema = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.int().meta({ description: 'Seconds' }),
  refresh_token: z.string(),
  session_id: z.string(),
  user: z.object({ user_id: z.string(), name: z.string(), roles: z.array(z.enum(roles)) }),
});

const granted = ({ accessToken, refreshToken, sessionId, user }: Grant) =>
  reply(
    200,
    {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: accessTokenSeconds,
      refresh_token: refreshToken,
      session_id: sessionId,
      user: { user_id: user.userId, name: user.name, roles: user.roles },
    },
    { 'cache-control': 'no-store' },
  );

const jwksSchema = z.object({
  keys: z.array(
    z.object({
      kty: z.literal('OKP'),
      crv: z.literal('Ed25519'),
      kid: z.string(),
      x: z.string(),
      alg: z.literal('EdDSA'),
      use: z.literal('sig'),
    }),
  ),
});

/** Signing in, staying signed in, signing out, and the keys that let others verify it. */
export const authRoutes = (deps: SignInParts): readonly Route[] => [
  route({
    method: 'POST',
    path: '/auth/login',
    summary: 'Sign in',
    access: { anyone: true },
    body: z.strictObject({
      email: emailSchema,
      password: passwordSchema,
      device_label: deviceLabelSchema.optional(),
    }),
    answers: { 200: grantSchema },
    problems: ['invalid_credentials'],
    async handle({ body, header }) {
      const grant = await signIn(deps, {
        email: body.email,
        password: body.password,
        deviceLabel: body.device_label ?? null,
        network: coarseNetwork(header('x-forwarded-for')),
      });
      return grant ? granted(grant) : problem('invalid_credentials', 'Check the e-mail address and the password.');
    },
  }),
  route({
    method: 'POST',
    path: '/auth/refresh',
    summary: 'Exchange a refresh token',
    access: { anyone: true },
    body: z.strictObject({ refresh_token: refreshTokenSchema }),
    answers: { 200: grantSchema },
    problems: ['invalid_refresh_token'],
    async handle({ body }) {
      const grant = await refresh(deps, body.refresh_token);
      return grant ? granted(grant) : problem('invalid_refresh_token', 'Sign in again.');
    },
  }),
  route({
    method: 'POST',
    path: '/auth/logout',
    summary: 'Sign out the session of the access token, or of a refresh token',
    access: { anyone: true },
    body: z.strictObject({ refresh_token: refreshTokenSchema.optional() }),
    bodyMayBeEmpty: true,
    answers: { 204: null },
    problems: ['invalid_refresh_token'],
    async handle({ body, principal }) {
      if (body.refresh_token !== undefined) {
        const session = await deps.sessions.ofToken(hashRefreshToken(body.refresh_token));
        if (!session) return problem('invalid_refresh_token', 'This token belongs to no session.');
        await signOut(deps, session.userId, session.sessionId, 'signed_out');
        return reply(204);
      }
      if (principal.kind !== 'user')
        return problem('unauthenticated', 'Send an access token, or a refresh token in the body.', {
          headers: { 'www-authenticate': 'Bearer' },
        });
      await signOut(deps, principal.userId, principal.sessionId, 'signed_out');
      return reply(204);
    },
  }),
  route({
    method: 'GET',
    path: '/.well-known/jwks.json',
    summary: 'Public keys of access tokens',
    access: { anyone: true },
    answers: { 200: jwksSchema },
    problems: [],
    handle: () => reply(200, deps.tokens.publicKeys, { 'cache-control': 'public, max-age=300' }),
  }),
];
