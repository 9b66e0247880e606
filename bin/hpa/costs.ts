import type { Costs } from './simulate.ts';
import type { Workload } from './workload.ts';

/**
 * Costs where nobody says better. Seconds of a core per request: assumed, between a read (under 1 ms) and a checkout; measure yours in
 * the cluster by rate(process_cpu_seconds_total) / rate(http_server_request_duration_seconds_count). Memory: a process idle and
 * after 52,412 catalogue reads (docs/decisions/cluster-manifests.md). Start: a node that has the image; a new node takes a minute more.
 */
export const usualCosts = ({ autoscaler, metric, request, cpuLimit }: Workload, cpuPerRequest = 0.006): Costs => ({
  cpuPerRequest,
  memory: { idle: 120, busy: 266 },
  startSeconds: 20,
  // So much that the fewest replicas are half as busy as they may be.
  usual:
    (autoscaler.min * (metric === 'cpu' ? (request * autoscaler.targetPercent) / 100 / 2 : cpuLimit / 10)) /
    cpuPerRequest,
});
