/**
 * How Kubernetes' HorizontalPodAutoscaler decides, from
 * https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/ and pkg/controller/podautoscaler of 1.36
 * (replica_calculator.go, horizontal.go). Pure: time comes in as seconds.
 */

/** A change of less than this share is no change. */
export const tolerance = 0.1;
/** The controller looks every so many seconds. */
export const syncSeconds = 15;

export type Policy = { readonly type: 'Pods' | 'Percent'; readonly value: number; readonly periodSeconds: number };
export type Rules = {
  readonly stabilizationWindowSeconds: number;
  readonly selectPolicy: 'Max' | 'Min' | 'Disabled';
  readonly policies: readonly Policy[];
};
export type Autoscaler = {
  readonly min: number;
  readonly max: number;
  /** Percent of what a pod requests. */
  readonly targetPercent: number;
  readonly scaleUp: Rules;
  readonly scaleDown: Rules;
};

/** What holds where an autoscaler says nothing. */
export const defaultRules: Readonly<Record<'scaleUp' | 'scaleDown', Rules>> = {
  scaleUp: {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [
      { type: 'Percent', value: 100, periodSeconds: 15 },
      { type: 'Pods', value: 4, periodSeconds: 15 },
    ],
  },
  scaleDown: {
    stabilizationWindowSeconds: 300,
    selectPolicy: 'Max',
    policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
  },
};

/** One pod as the controller sees it: percent of its request in use, or `undefined` where there is no sample. */
export type PodSample = { readonly ready: boolean; readonly usedPercent: number | undefined };

/**
 * How many replicas the samples ask for, before bounds and rules. A pod without a sample counts as idle when the answer would be more,
 * and as wholly busy when it would be less; one that is not ready counts as idle when the answer would be more.
 */
export function wantedReplicas(current: number, pods: readonly PodSample[], targetPercent: number): number {
  const measured = pods.filter((pod) => pod.ready && pod.usedPercent !== undefined).map((pod) => pod.usedPercent ?? 0);
  if (measured.length === 0) return current;
  const missing = pods.filter((pod) => pod.ready && pod.usedPercent === undefined).length;
  const unready = pods.filter((pod) => !pod.ready).length;
  const ratio = average(measured) / targetPercent;
  const rises = ratio > 1;
  if (missing === 0 && !(unready > 0 && rises))
    return within(ratio) ? current : Math.ceil(round(ratio * measured.length));
  const guessed = [
    ...measured,
    ...Array<number>(missing).fill(ratio < 1 ? Math.max(100, targetPercent) : 0),
    ...Array<number>(rises ? unready : 0).fill(0),
  ];
  const careful = average(guessed) / targetPercent;
  if (within(careful) || careful > 1 !== rises) return current;
  const wanted = Math.ceil(round(careful * guessed.length));
  return (careful < 1 && wanted > current) || (careful > 1 && wanted < current) ? current : wanted;
}

const average = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
const within = (ratio: number) => Math.abs(1 - ratio) <= tolerance + 1e-9;
/** 3 × 1.1 is 3.3000000000000003 to a computer, and no reason for another replica where it should be whole. */
const round = (value: number) => Math.round(value * 1e9) / 1e9;

/** What was decided before, newest last: what was asked for, and what was changed. */
export type History = {
  readonly recommendations: readonly { readonly at: number; readonly replicas: number }[];
  readonly changes: readonly { readonly at: number; readonly by: number }[];
};

/** The replicas that are set at `at` (seconds), of those `wanted`: stabilized, held back by the policies, within the bounds. */
export function decidedReplicas(
  { min, max, scaleUp, scaleDown }: Autoscaler,
  current: number,
  wanted: number,
  at: number,
  { recommendations, changes }: History,
): number {
  const recent = (window: number) =>
    recommendations.filter((one) => one.at > at - window).map(({ replicas }) => replicas);
  const lowest = Math.min(wanted, ...recent(scaleUp.stabilizationWindowSeconds));
  const highest = Math.max(wanted, ...recent(scaleDown.stabilizationWindowSeconds));
  const stable = Math.min(Math.max(current, lowest), highest);
  const moved = (period: number, up: boolean) =>
    changes.filter((one) => one.at > at - period && one.by > 0 === up).reduce((sum, { by }) => sum + Math.abs(by), 0);
  if (stable > current) return Math.min(stable, Math.max(current, upLimit(scaleUp, current, moved)), max);
  if (stable < current) return Math.max(stable, Math.min(current, downLimit(scaleDown, current, moved)), min);
  return Math.min(Math.max(current, min), max);
}

type Moved = (periodSeconds: number, up: boolean) => number;

function upLimit({ selectPolicy, policies }: Rules, current: number, moved: Moved): number {
  if (selectPolicy === 'Disabled') return current;
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const start = current - moved(periodSeconds, true);
    return type === 'Pods' ? start + value : Math.ceil(round(start * (1 + value / 100)));
  });
  return selectPolicy === 'Max' ? Math.max(...limits) : Math.min(...limits);
}

function downLimit({ selectPolicy, policies }: Rules, current: number, moved: Moved): number {
  if (selectPolicy === 'Disabled') return current;
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const start = current + moved(periodSeconds, false);
    return type === 'Pods' ? start - value : Math.floor(round(start * (1 - value / 100)));
  });
  return selectPolicy === 'Max' ? Math.min(...limits) : Math.max(...limits);
}
