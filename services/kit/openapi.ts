import { z } from 'zod';
import type { Access } from './access.ts';
import { type ProblemCode, statusOf, titleOf } from './problem.ts';
import type { Route } from './route.ts';

type Json = Record<string, unknown>;

/** What any route may answer besides its own problems, by what it takes. */
function generalProblems(one: Route): readonly ProblemCode[] {
  return [
    ...one.problems,
    'bad_request' as const,
    'internal' as const,
    'unavailable' as const,
    ...(one.params ? (['not_found'] as const) : []),
    ...(one.query ? (['invalid_request'] as const) : []),
    ...(one.body ? (['invalid_json', 'invalid_request', 'body_too_large', 'unsupported_media_type'] as const) : []),
    ...(one.idempotencyKey
      ? ([
          'idempotency_key_missing',
          'idempotency_key_invalid',
          'idempotency_key_reused',
          'request_in_progress',
        ] as const)
      : []),
    // A token that was sent must be valid even where none is needed.
    'unauthenticated' as const,
    ...('anyone' in one.access ? [] : (['forbidden'] as const)),
  ];
}

const openApiPath = (path: string) => path.replace(/:([a-z_]+)/g, '{$1}');

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
  }) as Json;
  return rest;
}

function parameters(one: Route): Json[] {
  const from = (schema: z.ZodType | undefined, where: 'path' | 'query'): Json[] => {
    if (!schema) return [];
    const { properties, required } = schemaOf(schema, 'input') as { properties?: Json; required?: string[] };
    return Object.entries(properties ?? {}).map(([name, property]) => ({
      name,
      in: where,
      required: where === 'path' || (required?.includes(name) ?? false),
      schema: property,
    }));
  };
  const key = {
    name: 'Idempotency-Key',
    in: 'header',
    required: true,
    schema: { type: 'string', minLength: 16, maxLength: 255, pattern: '^[!-~]{16,255}$' },
  };
  return [...from(one.params, 'path'), ...from(one.query, 'query'), ...(one.idempotencyKey ? [key] : [])];
}

function security(access: Access): Json[] {
  if ('anyone' in access) return [{}, { userToken: [] }];
  return [...('user' in access ? [{ userToken: [] }] : []), ...('services' in access ? [{ serviceToken: [] }] : [])];
}

function responses(one: Route): Json {
  const ok = Object.entries(one.answers).map(([status, schema]) => [
    status,
    {
      description: one.summary,
      headers: { 'X-Request-Id': { schema: { type: 'string' } } },
      ...(schema ? { content: { 'application/json': { schema: schemaOf(schema, 'output') } } } : {}),
    },
  ]);
  const byStatus = new Map<number, Set<ProblemCode>>();
  for (const code of generalProblems(one)) {
    const status = statusOf(code);
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code));
  }
  const refused = [...byStatus].map(([status, codes]) => [
    String(status),
    {
      description: [...codes].map(titleOf).join('. '),
      content: {
        'application/problem+json': {
          schema: {
            allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: [...codes].sort() } } }],
          },
        },
      },
    },
  ]);
  return Object.fromEntries([...ok, ...refused].sort(([a], [b]) => Number(a) - Number(b)));
}

function operation(one: Route, service: string): Json {
  return {
    operationId: `${one.method.toLowerCase()}${one.path.replace(/[^a-z0-9]+/gi, '_')}`.replace(/_$/, ''),
    summary: one.summary,
    tags: [service],
    security: security(one.access),
    ...(one.params || one.query || one.idempotencyKey ? { parameters: parameters(one) } : {}),
    ...(one.body
      ? {
          requestBody: {
            required: one.bodyMayBeEmpty !== true,
            content: { 'application/json': { schema: schemaOf(one.body, 'input') } },
          },
        }
      : {}),
    responses: responses(one),
  };
}

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail', 'request_id'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    detail: { type: 'string' },
    request_id: { type: 'string' },
  },
};

/** The OpenAPI 3.1 document of some services' routes, every operation and answer in it derived from the route itself. */
export function openApiDocument(
  title: string,
  serverPath: string,
  services: Readonly<Record<string, readonly Route[]>>,
): Json {
  const paths: Record<string, Json> = {};
  for (const [service, routes] of Object.entries(services))
    for (const one of routes) {
      const path = openApiPath(one.path);
      paths[path] = { ...paths[path], [one.method.toLowerCase()]: operation(one, service) };
    }
  return {
    openapi: '3.1.0',
    info: { title, version: '1.0.0', license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: serverPath }],
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: {
      schemas: { Problem: problemSchema },
      securitySchemes: {
        userToken: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'Access token from /auth/login',
        },
        serviceToken: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'Service-account token; internal',
        },
      },
    },
  };
}
