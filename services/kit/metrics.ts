import { createServer, type Server } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The metrics of one process. Names follow Prometheus conventions: base units, `_total` for counters. */
export type Metrics = ReturnType<typeof createMetrics>;

/** Makes the registry and the metrics that every service has. */
export function createMetrics(service: string) {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    requests: new Histogram({
      name: 'http_server_request_duration_seconds',
      help: 'Time from the first byte of a request to its answer, by route template and status',
      labelNames: ['method', 'route', 'status'] as const,
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    calls: new Histogram({
      name: 'http_client_request_duration_seconds',
      help: 'Calls to other services, by callee and outcome',
      labelNames: ['callee', 'outcome'] as const,
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    replays: new Counter({
      name: 'http_server_idempotent_replays_total',
      help: 'Requests that were answered with the stored answer of an earlier one',
      labelNames: ['method', 'route'] as const,
      registers,
    }),
    /** A counter of the service's own. */
    counter: <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
      new Counter({ name, help, labelNames, registers }),
    /** A gauge of the service's own. */
    gauge: <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
      new Gauge({ name, help, labelNames, registers }),
    /** A histogram of the service's own; `buckets` in the unit of its name. */
    histogram: (name: string, help: string, buckets: readonly number[]) =>
      new Histogram({ name, help, buckets: [...buckets], registers }),
    /** A gauge that is looked at when it is scraped, and costs nothing in between. */
    sampled: <L extends string>(
      name: string,
      help: string,
      labelNames: readonly L[],
      sample: (set: (labels: Readonly<Record<L, string>>, value: number) => void) => void,
    ) =>
      new Gauge({
        name,
        help,
        labelNames,
        registers,
        collect() {
          sample((labels, value) => this.set(labels, value));
        },
      }),
  };
}

/** Serves `/metrics` on its own port, which is never routed from outside. Resolves when it listens; port 0 takes any. */
export async function serveMetrics(metrics: Metrics, port: number, host: string): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    metrics.registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': metrics.registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
}
