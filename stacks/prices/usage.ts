import type { DynamoName } from '../../services/platform/names.ts';
import type { EnvironmentName } from '../environments.ts';

/** What an environment is assumed to do. The estimate is as good as these rows: change them, not the arithmetic. */
export type Usage = {
  readonly ordersPerDay: number;
  /** Requests that reach the load balancer for each order: people look much more than they buy. */
  readonly requestsPerOrder: number;
  /** Average answer, in KiB. */
  readonly answerKiB: number;
  /** Machines of two processors and 8 GiB that EKS Auto Mode keeps on average. */
  readonly nodes: number;
  /** Aurora capacity units that each database instance uses on average. */
  readonly averageAcu: number;
  readonly databaseGiB: number;
  /** All log groups together. */
  readonly logGiBPerDay: number;
  /** Through the NAT gateways, and through the interface endpoints. */
  readonly outboundGiBPerDay: number;
  readonly endpointGiBPerDay: number;
  readonly bucketGiB: number;
  readonly imageGiB: number;
};

/** The rows: `dev` has a few testers, `prod` a shop of a hundred thousand orders a month. */
export const usages = {
  dev: {
    ordersPerDay: 50,
    requestsPerOrder: 100,
    answerKiB: 4,
    nodes: 2,
    averageAcu: 1,
    databaseGiB: 5,
    logGiBPerDay: 0.5,
    outboundGiBPerDay: 1,
    endpointGiBPerDay: 1,
    bucketGiB: 5,
    imageGiB: 5,
  },
  prod: {
    ordersPerDay: 3_300,
    requestsPerOrder: 100,
    answerKiB: 4,
    nodes: 4,
    averageAcu: 2.5,
    databaseGiB: 100,
    logGiBPerDay: 4,
    outboundGiBPerDay: 5,
    endpointGiBPerDay: 8,
    bucketGiB: 200,
    imageGiB: 20,
  },
} as const satisfies Record<EnvironmentName, Usage>;

/**
 * Units of each table for one order with everything around it: carts that were left, retries and looks at the timeline. A unit is
 * a write of 1 KiB or a strongly consistent read of 4 KiB; a transaction counts twice. Workers poll besides.
 */
export const tableUnitsPerOrder = {
  'ecommerce-orders': { writes: 40, reads: 60 },
  'ecommerce-payments': { writes: 30, reads: 30 },
  'ecommerce-carts': { writes: 20, reads: 40 },
  'ecommerce-sessions': { writes: 2, reads: 30 },
  'ecommerce-contacts': { writes: 1, reads: 2 },
  'ecommerce-notifications': { writes: 4, reads: 4 },
} as const satisfies Record<DynamoName, { readonly writes: number; readonly reads: number }>;

/** Mails, and KiB written to Kafka, for one order. */
export const mailsPerOrder = 2;
export const eventKiBPerOrder = 8;
/** KiB that one order leaves behind in each table. */
export const tableKiBPerOrder = 6;
