import { describe, expect, test } from 'vitest';
import {
  type Autoscaler,
  decidedReplicas,
  defaultRules,
  type PodSample,
  type Rules,
  wantedReplicas,
} from '../../bin/hpa/algorithm.ts';

/** Examples of https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/, each by its words there. */
const pods = (count: number, usedPercent: number | undefined, ready = true): PodSample[] =>
  Array.from({ length: count }, () => ({ ready, usedPercent }));
const autoscaler = (change: Partial<Autoscaler> = {}): Autoscaler => ({
  min: 1,
  max: 1000,
  targetPercent: 50,
  ...defaultRules,
  ...change,
});
const none = { recommendations: [], changes: [] };
const rules = (change: Partial<Rules>): Rules => ({ ...defaultRules.scaleDown, ...change });

describe('how many replicas the samples ask for', () => {
  test('“if the current metric value is 200m, and the desired value is 100m, the number of replicas will be doubled”', () => {
    expect(wantedReplicas(3, pods(3, 200), 100)).toBe(6);
  });

  test('“if the current value is instead 50m, you’ll halve the number of replicas”', () => {
    expect(wantedReplicas(4, pods(4, 50), 100)).toBe(2);
  });

  test('“skips any scaling action if the ratio is sufficiently close to 1.0 (within … 0.1 by default)”', () => {
    expect(wantedReplicas(10, pods(10, 110), 100)).toBe(10);
    expect(wantedReplicas(10, pods(10, 90), 100)).toBe(10);
    expect(wantedReplicas(10, pods(10, 111), 100)).toBe(12);
    expect(wantedReplicas(10, pods(10, 89), 100)).toBe(9);
  });

  test('a pod without a sample is taken for idle when there would be more, and for busy when there would be less', () => {
    expect(wantedReplicas(4, [...pods(3, 200), ...pods(1, undefined)], 100)).toBe(6);
    expect(wantedReplicas(4, [...pods(3, 20), ...pods(1, undefined)], 100)).toBe(2);
  });

  test('a pod that is not ready is taken for idle when there would be more', () => {
    expect(wantedReplicas(4, [...pods(2, 200), ...pods(2, undefined, false)], 100)).toBe(4);
    expect(wantedReplicas(4, [...pods(2, 400), ...pods(2, undefined, false)], 100)).toBe(8);
    expect(wantedReplicas(5, [...pods(4, 130), ...pods(1, undefined, false)], 100)).toBe(5);
  });

  test('“if the new ratio reverses the scale direction, or is within the tolerance, the controller doesn’t take any scaling action”', () => {
    expect(wantedReplicas(4, [...pods(1, 120), ...pods(3, undefined)], 100)).toBe(4);
  });

  test('without a single sample nothing changes', () => {
    expect(wantedReplicas(4, pods(4, undefined), 100)).toBe(4);
  });
});

describe('how far that is followed', () => {
  const policies = [
    { type: 'Pods', value: 4, periodSeconds: 60 },
    { type: 'Percent', value: 10, periodSeconds: 60 },
  ] as const;
  const slow = autoscaler({ scaleDown: rules({ stabilizationWindowSeconds: 0, policies }) });

  test('“if there are 80 replicas and the target has to be scaled down to 10 replicas then during the first step 8 replicas will be reduced”', () => {
    expect(decidedReplicas(slow, 80, 10, 0, none)).toBe(72);
  });

  test('“in the next iteration, when the number of replicas is 72, 10 % of the pods is 7.2 but the number is rounded up to 8”', () => {
    expect(decidedReplicas(slow, 72, 10, 60, { ...none, changes: [{ at: 0, by: -8 }] })).toBe(64);
  });

  test('“when the number of replicas falls below 40 the first policy will be applied and 4 replicas will be reduced at a time”', () => {
    expect(decidedReplicas(slow, 39, 10, 0, none)).toBe(35);
  });

  test('what was taken away in a policy’s period counts against it', () => {
    expect(decidedReplicas(slow, 72, 10, 30, { ...none, changes: [{ at: 0, by: -8 }] })).toBe(72);
  });

  test('“selectPolicy: Min” takes the policy that changes least, “Disabled” none', () => {
    const least = autoscaler({ scaleDown: rules({ stabilizationWindowSeconds: 0, policies, selectPolicy: 'Min' }) });
    expect(decidedReplicas(least, 80, 10, 0, none)).toBe(76);
    const never = autoscaler({ scaleDown: rules({ stabilizationWindowSeconds: 0, selectPolicy: 'Disabled' }) });
    expect(decidedReplicas(never, 80, 10, 0, none)).toBe(80);
  });

  test('“scaling down … the highest recommendation of the last 300 seconds”', () => {
    const recommendations = [{ at: 100, replicas: 7 }];
    expect(decidedReplicas(autoscaler(), 9, 3, 399, { recommendations, changes: [] })).toBe(7);
    expect(decidedReplicas(autoscaler(), 9, 3, 401, { recommendations, changes: [] })).toBe(3);
  });

  test('“for scaling up there is no stabilization window … 4 pods or a 100 % increase … every 15 seconds”', () => {
    expect(decidedReplicas(autoscaler(), 1, 100, 0, none)).toBe(5);
    expect(decidedReplicas(autoscaler(), 5, 100, 15, { ...none, changes: [{ at: 0, by: 4 }] })).toBe(10);
    expect(decidedReplicas(autoscaler(), 5, 100, 14, { ...none, changes: [{ at: 0, by: 4 }] })).toBe(5);
  });

  test('the bounds hold whatever is asked for', () => {
    expect(decidedReplicas(autoscaler({ max: 10 }), 8, 100, 0, none)).toBe(10);
    expect(decidedReplicas(autoscaler({ min: 2 }), 3, 0, 1000, none)).toBe(2);
  });
});
