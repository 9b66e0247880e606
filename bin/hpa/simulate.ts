import { decidedReplicas, type History, type PodSample, syncSeconds, wantedReplicas } from './algorithm.ts';
import type { Load } from './loads.ts';
import type { Workload } from './workload.ts';

/** What a request and a pod cost; the defaults of the command say where they are from. */
export type Costs = {
  /** Seconds of one core that a request takes. */
  readonly cpuPerRequest: number;
  /** MiB of an idle pod, and of one at its limit of cores. */
  readonly memory: { readonly idle: number; readonly busy: number };
  /** Seconds from the decision to a pod that answers. */
  readonly startSeconds: number;
  /** Requests a second at the load's multiple 1. */
  readonly usual: number;
};

export type Moment = {
  readonly second: number;
  /** Requests a second that arrive, and that the ready pods can answer. */
  readonly offered: number;
  readonly capacity: number;
  /** What the autoscaler set, and how many of these answer. */
  readonly replicas: number;
  readonly ready: number;
  /** Requests that wait. */
  readonly waiting: number;
};

/** Samples of the metrics server: the average of so many seconds, as often. */
const sampleSeconds = 15;

/** Runs a load against a workload, second by second, and returns each second. */
export function simulate({ autoscaler, ...workload }: Workload, load: Load, costs: Costs): readonly Moment[] {
  const { cpuPerRequest, memory, startSeconds, usual } = costs;
  const perPod = workload.cpuLimit / cpuPerRequest;
  let bornAt = Array.from({ length: autoscaler.min }, () => Number.NEGATIVE_INFINITY);
  let waiting = 0;
  let busy: number[] = [];
  let sample: number | undefined;
  let history: History = { recommendations: [], changes: [] };
  return Array.from({ length: load.minutes * 60 }, (_, second) => {
    const ready = bornAt.filter((born) => second >= born + startSeconds).length;
    const offered = usual * load.at(second);
    const capacity = ready * perPod;
    const answered = Math.min(offered + waiting, capacity);
    waiting = Math.max(0, waiting + offered - capacity);
    busy.push(ready === 0 ? 0 : answered / capacity);
    if (second % sampleSeconds === sampleSeconds - 1) {
      const share = busy.reduce((sum, one) => sum + one, 0) / busy.length;
      const used =
        workload.metric === 'cpu' ? share * workload.cpuLimit : memory.idle + (memory.busy - memory.idle) * share;
      sample = (100 * used) / workload.request;
      busy = [];
    }
    const current = bornAt.length;
    if (second % syncSeconds === 0) {
      const pods: PodSample[] = bornAt.map((born) => {
        const isReady = second >= born + startSeconds;
        const isSampled = second >= born + startSeconds + sampleSeconds;
        return { ready: isReady, usedPercent: isSampled ? sample : undefined };
      });
      const wanted = wantedReplicas(current, pods, autoscaler.targetPercent);
      const next = decidedReplicas(autoscaler, current, wanted, second, history);
      history = {
        recommendations: [...history.recommendations.slice(-100), { at: second, replicas: wanted }],
        changes:
          next === current ? history.changes : [...history.changes.slice(-100), { at: second, by: next - current }],
      };
      // The youngest go first.
      bornAt = next < current ? bornAt.slice(0, next) : [...bornAt, ...Array<number>(next - current).fill(second)];
    }
    return { second, offered, capacity, replicas: bornAt.length, ready: Math.min(ready, bornAt.length), waiting };
  });
}
