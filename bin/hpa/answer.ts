import type { Load } from './loads.ts';
import type { Moment } from './simulate.ts';
import type { Workload } from './workload.ts';

/** What happened, in sentences. */
export function answer({ name, autoscaler }: Workload, load: Load, moments: readonly Moment[]): readonly string[] {
  const usual = moments[0]?.offered ?? 0;
  const most = moments.reduce((one, other) => (other.offered > one.offered ? other : one));
  const short = moments.filter(({ offered, capacity }) => offered > capacity);
  const queue = moments.filter(({ waiting }) => waiting >= 1);
  const peak = Math.max(...moments.map(({ replicas }) => replicas));
  const rise = moments.find(({ replicas }, index) => replicas > (moments[index - 1]?.replicas ?? replicas));
  const top = moments.find(({ ready }) => ready === peak);
  const start = moments.find(({ offered }) => offered > usual * 1.05);
  const lost = short.reduce((sum, { offered, capacity }) => sum + offered - capacity, 0);
  const longest = Math.max(0, ...queue.map(({ waiting, capacity }) => waiting / Math.max(capacity, 1)));
  const since = (moment: Moment | undefined) => Math.max(0, (moment?.second ?? 0) - (start?.second ?? 0));
  return [
    `${name}, when ${load.says}: from ${rate(usual)} to ${rate(most.offered)}, with ${autoscaler.min} to ${autoscaler.max} replicas.`,
    rise
      ? `The first new replica is asked for ${since(rise)} s after the load begins to grow; ${peak} are set at most, and ${peak} answer after ${since(top)} s.`
      : `It stays at ${peak} replicas: the load never passes the target.`,
    short.length === 0
      ? 'What is there always suffices.'
      : `For ${short.length} s more arrives than the pods can answer: ${Math.round(lost)} requests too many, and the last of the queue waits ${longest.toFixed(1)} s at worst, unless they are shed.`,
    `At the end ${moments.at(-1)?.replicas} replicas run${queue.at(-1)?.second === moments.at(-1)?.second ? ', and there is still a queue: the most replicas do not suffice' : ''}.`,
  ];
}

const rate = (perSecond: number): string => `${Math.round(perSecond)} requests/s`;
