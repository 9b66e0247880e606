import { ordersAnalytics } from '../../analytics/facts.ts';
import { apiGateway } from '../api-gateway/service.ts';
import { notificationLambda } from '../notification-lambda/service.ts';
import { orderService } from '../order-service/service.ts';
import { paymentService } from '../payment-service/service.ts';
import { productService } from '../product-service/service.ts';
import { userService } from '../user-service/service.ts';
import type { FunctionFacts, JobFacts, Publication, ServiceFacts, WorkloadFacts } from './facts.ts';
import type { FunctionName, JobName, ServiceName } from './names.ts';

/** Everything that runs. The order of the keys has no meaning. */
export type Platform = {
  readonly services: Readonly<Record<ServiceName, ServiceFacts>>;
  readonly functions: Readonly<Record<FunctionName, FunctionFacts>>;
  readonly jobs: Readonly<Record<JobName, JobFacts>>;
};

/** The one platform; it only assembles what each workload says about itself. */
export const platform: Platform = {
  services: {
    'api-gateway': apiGateway,
    'user-service': userService,
    'product-service': productService,
    'order-service': orderService,
    'payment-service': paymentService,
  },
  functions: { 'notification-lambda': notificationLambda },
  jobs: { 'orders-analytics': ordersAnalytics },
};

/** All services and functions of a platform. */
export const workloads = (of: Platform): readonly WorkloadFacts[] => [
  ...Object.values(of.services),
  ...Object.values(of.functions),
];

/** Whoever reads or writes topics: workloads and jobs. */
export const participants = (of: Platform): readonly (WorkloadFacts | JobFacts)[] => [
  ...workloads(of),
  ...Object.values(of.jobs),
];

/** Every topic with what it is made of. */
export const publications = (of: Platform): readonly Publication[] => participants(of).flatMap((one) => one.publishes);
