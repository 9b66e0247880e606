import { expect, test } from 'vitest';
import { z } from 'zod';
import { openApiDocument } from '../../services/kit/openapi.ts';
import type { Audience, RouteKey } from '../../services/platform/facts.ts';
import { type UserDeps, userRoutes } from '../../services/user-service/routes.ts';
import { userService } from '../../services/user-service/service.ts';

// The table is data: nothing in it is asked before a request comes.
const routes = userRoutes({} as UserDeps);

test('what service.ts says the gateway relays are exactly the routes that people may use', () => {
  const audiences = routes.flatMap(({ method, path, access }): (readonly [RouteKey, Audience])[] => {
    if ('anyone' in access) return [[`${method} ${path}`, 'anyone']];
    if ('user' in access) return [[`${method} ${path}`, access.user === 'admin' ? 'admin' : 'user']];
    return [];
  });
  expect(Object.fromEntries(audiences)).toEqual(userService.publicRoutes);
});

test('no two routes share an address, and a fixed path comes before one with a parameter', () => {
  const keys = routes.map(({ method, path }) => `${method} ${path.replace(/:\w+/g, ':')}`);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.indexOf('GET /users/me')).toBeLessThan(keys.indexOf('GET /users/:'));
});

test('every body refuses unknown fields, and no answer can carry a hash or a password', () => {
  for (const { method, path, body, answers } of routes) {
    if (body) {
      const schema = z.toJSONSchema(body, { io: 'input' });
      expect(schema.additionalProperties, `${method} ${path}`).toBe(false);
    }
    const answered = Object.values(answers).map((answer) => (answer ? JSON.stringify(z.toJSONSchema(answer)) : ''));
    expect(answered.join(''), `${method} ${path}`).not.toMatch(/hash|password|successor/);
  }
});

test('the OpenAPI document says what a password may be', () => {
  const document = openApiDocument('API', '/api/v1', { 'user-service': routes }) as {
    paths: Record<string, { post: { requestBody: { content: Record<string, { schema: unknown }> } } }>;
  };
  expect(document.paths['/users']?.post.requestBody.content['application/json']?.schema).toMatchObject({
    properties: {
      password: { type: 'string', minLength: 12, maxLength: 128, description: expect.stringContaining('12 to 128') },
      email: { maxLength: 254 },
    },
    required: ['name', 'email', 'password'],
  });
});
