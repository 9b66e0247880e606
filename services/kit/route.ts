import type { z } from 'zod';
import type { Method } from '../platform/facts.ts';
import type { Access, Principal } from './access.ts';
import type { Problem, ProblemCode } from './problem.ts';

/** An answer to be checked against the route's schema for its status, or bytes stored earlier, sent as they are. */
export type Reply =
  | {
      readonly kind: 'reply';
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'stored';
      readonly status: number;
      readonly bytes: string;
      readonly headers?: Readonly<Record<string, string>>;
    };

/** What a handler gets: everything parsed and everybody known. */
export type Input<Params, Query, Body> = {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly principal: Principal;
  /** The key's value without quotes; present on every route that requires one. */
  readonly idempotencyKey: string;
  /** A request header, by lower-case name. */
  readonly header: (name: string) => string | undefined;
};

type Parsed<S> = S extends z.ZodType ? z.infer<S> : undefined;

type RouteSpec<P, Q, B> = {
  readonly method: Method;
  /** `/orders/:order_id` */
  readonly path: `/${string}`;
  readonly summary: string;
  readonly access: Access;
  readonly idempotencyKey?: 'required';
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** An empty body counts as `{}`. */
  readonly bodyMayBeEmpty?: true;
  /** Schema of the answer for each status; `null` for an answer without a body. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
  /** What it may refuse with, besides what every route may. */
  readonly problems: readonly ProblemCode[];
  readonly handle: (input: Input<Parsed<P>, Parsed<Q>, Parsed<B>>) => Promise<Reply | Problem> | Reply | Problem;
};

/** One operation of a service: its address, who may use it, its shapes, and what it does. OpenAPI is derived from it. */
export type Route = RouteSpec<z.ZodType | undefined, z.ZodType | undefined, z.ZodType | undefined>;

/** Declares a route with its handler's types inferred from its schemas. */
export function route<
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(spec: RouteSpec<P, Q, B>): Route {
  // The handler only ever sees what these very schemas parsed, which the erased type can no longer say.
  return spec as unknown as Route;
}

/** A 2xx (or 3xx) answer. */
export const reply = (status: number, body?: unknown, headers?: Readonly<Record<string, string>>): Reply => ({
  kind: 'reply',
  status,
  ...(body === undefined ? {} : { body }),
  ...(headers ? { headers } : {}),
});
