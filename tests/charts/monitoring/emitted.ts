import { createBacklog } from '../../../services/kit/backlog.ts';
import { systemClock } from '../../../services/kit/clock.ts';
import { createMetrics } from '../../../services/kit/metrics.ts';
import { orderMetrics } from '../../../services/order-service/metrics.ts';
import { paymentMetrics } from '../../../services/payment-service/metrics.ts';
import { type ServiceName, serviceNames } from '../../../services/platform/names.ts';
import { productMetrics } from '../../../services/product-service/metrics.ts';
import { userMetrics } from '../../../services/user-service/metrics.ts';

/** Series as Prometheus stores them (`…_bucket` and so on), with the labels that they have. */
export type Emitted = ReadonlyMap<string, ReadonlySet<string>>;

const database = { load: () => ({ inFlight: 0, limit: 1 }) };
const backlog = createBacklog(systemClock, ['saga', 'outbox'], () => 'saga');

/** Adds what each service counts of its own, by the function that its process calls. */
const own = {
  'api-gateway': () => {},
  'user-service': (metrics) => void userMetrics(metrics, database),
  'product-service': (metrics) =>
    void productMetrics(metrics, { reads: database, lists: database, holds: { database }, moves: database }),
  'order-service': (metrics) => void orderMetrics(metrics, backlog),
  'payment-service': (metrics) => void paymentMetrics(metrics, backlog),
} satisfies Record<ServiceName, (metrics: ReturnType<typeof createMetrics>) => void>;

/** Of every target: Prometheus adds the first two, the service the third. */
const always = ['job', 'instance', 'service'];

/** What the services really emit, from their own registries. */
export async function emittedSeries(): Promise<Emitted> {
  const emitted = new Map<string, Set<string>>();
  const add = (name: string, labels: readonly string[]) =>
    emitted.set(name, new Set([...(emitted.get(name) ?? always), ...labels]));
  for (const service of serviceNames) {
    const metrics = createMetrics(service);
    own[service](metrics);
    for (const metric of metrics.registry.getMetricsAsArray()) {
      const { labelNames = [] } = metric as { labelNames?: readonly string[] };
      const isHistogram = 'upperBounds' in metric;
      if (!isHistogram) add(metric.name, labelNames);
      else
        for (const part of ['bucket', 'sum', 'count'])
          add(`${metric.name}_${part}`, part === 'bucket' ? [...labelNames, 'le'] : labelNames);
    }
    metrics.registry.clear();
  }
  return emitted;
}

/** Upper bounds of a histogram of the services, in its unit. */
export async function emittedBuckets(name: string): Promise<readonly number[]> {
  const metrics = createMetrics('order-service');
  orderMetrics(metrics, backlog);
  const { upperBounds = [] } = (metrics.registry.getSingleMetric(name) ?? {}) as { upperBounds?: readonly number[] };
  return upperBounds;
}
