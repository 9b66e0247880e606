import type { ExternalName, SecretName, ServiceName, StoreName, TopicName } from './names.ts';

/**
 * Where the value of one environment variable comes from. It stays structured until a target (a chart, a stack, the
 * local platform) resolves it with an exhaustive switch; nothing flattens it to a URL earlier.
 */
export type Binding =
  /** Base URL of a service or of something external; host:port list for `kafka`; JWKS URL for `token-issuer`. */
  | { readonly kind: 'endpoint'; readonly of: ServiceName | ExternalName }
  /** Connection URL of a PostgreSQL database, or the physical name of a DynamoDB table. */
  | { readonly kind: 'store'; readonly store: StoreName }
  /** Physical name of a topic. */
  | { readonly kind: 'topic'; readonly topic: TopicName }
  /** The secret's value; never in a manifest or a template. */
  | { readonly kind: 'secret'; readonly secret: SecretName }
  | { readonly kind: 'literal'; readonly value: string };

/** Environment variable name → where its value comes from. */
export type Bindings = Readonly<Record<string, Binding>>;

/** The base URL of a service or of something external. */
export const endpoint = (of: ServiceName | ExternalName): Binding => ({ kind: 'endpoint', of });

/** The connection URL of a database or the name of a table. */
export const store = (name: StoreName): Binding => ({ kind: 'store', store: name });

/** The name of a topic. */
export const topic = (name: TopicName): Binding => ({ kind: 'topic', topic: name });

/** The value of a secret. */
export const secret = (name: SecretName): Binding => ({ kind: 'secret', secret: name });

/** A value that is the same wherever the platform runs. */
export const literal = (value: string): Binding => ({ kind: 'literal', value });
