import type { Bindings } from './bindings.ts';
import type { DynamoName, ExternalName, FunctionName, JobName, PostgresName, ServiceName, TopicName } from './names.ts';

/** How many replicas, and what decides it. A target without bounds, or a manual count with a target, cannot be written. */
export type Scaling =
  | { readonly by: 'manual'; readonly min: number; readonly max: number; readonly replicas: number }
  | { readonly by: 'cpu' | 'memory'; readonly min: number; readonly max: number; readonly targetPercent: number };

/** `request`: somebody waits for the answer. `background`: a worker or a cache refresh asks. */
export type Call = { readonly to: ServiceName; readonly on: 'request' | 'background' };

/** `own`: creates, migrates, reads and writes it. Exactly one workload owns a store. */
export type StoreUse =
  | { readonly store: DynamoName; readonly access: 'own' | 'read' | 'write' }
  /** `connections`: how many one replica opens at most, all its pools together; the server allows only so many in all. */
  | { readonly store: PostgresName; readonly access: 'own' | 'read' | 'write'; readonly connections: number };

export type Publication = {
  readonly topic: TopicName;
  readonly partitions: number;
  readonly retentionDays: number;
  /**
   * Where a consumer puts a record that can never succeed; `none` only for a dead-letter topic itself, `unneeded` where records
   * carry nothing that could be lost.
   */
  readonly deadLetter: TopicName | 'none' | 'unneeded';
};

export type Consumption = { readonly topic: TopicName; readonly group: string };

/** Who may call a public route: `anyone` (a token, if sent, must be valid), a signed-in `user`, or an `admin`. */
export type Audience = 'anyone' | 'user' | 'admin';
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
/** `GET /orders/:order_id`, without `/api/v1`. */
export type RouteKey = `${Method} /${string}`;

type Workload = {
  readonly stores: readonly StoreUse[];
  readonly publishes: readonly Publication[];
  readonly consumes: readonly Consumption[];
  readonly reaches: readonly ExternalName[];
  readonly environment: Bindings;
};

/** A long-running HTTP service: the facts that two or more outputs must agree on, and nothing else. */
export type ServiceFacts = Workload & {
  readonly kind: 'service';
  readonly name: ServiceName;
  /** Port in its container. */
  readonly port: number;
  /** Port on a single machine, where no two services may share one. */
  readonly localPort: number;
  /** Only the public one gets a load balancer. */
  readonly exposure: 'public' | 'internal';
  /** What the gateway relays to it; every other route of it is unreachable from outside. */
  readonly publicRoutes: Readonly<Record<RouteKey, Audience>>;
  readonly calls: readonly Call[];
  readonly scaling: Scaling;
};

/** A function that an event source invokes. */
export type FunctionFacts = Workload & { readonly kind: 'function'; readonly name: FunctionName };

export type WorkloadFacts = ServiceFacts | FunctionFacts;

/** A streaming job on the other cloud: it reads topics, and what it finds goes into a bucket there. */
export type JobFacts = {
  readonly kind: 'job';
  readonly name: JobName;
  readonly publishes: readonly Publication[];
  readonly consumes: readonly Consumption[];
  /** Purpose of the bucket of its results, a part of the bucket's name. */
  readonly results: string;
};

type KeyAttribute = { readonly name: string; readonly type: 'S' | 'N' };

/** Keys of a DynamoDB table; the stack, the adapter and the local platform import the same object. */
export type TableDefinition = {
  readonly name: DynamoName;
  readonly partitionKey: KeyAttribute;
  readonly sortKey: KeyAttribute;
  /** Attribute with epoch seconds. Deletion may lag for days, so code compares it too. */
  readonly timeToLive?: string;
  readonly indexes: readonly {
    readonly name: string;
    readonly partitionKey: KeyAttribute;
    readonly sortKey: KeyAttribute;
    readonly projection: 'ALL' | 'KEYS_ONLY';
  }[];
};
