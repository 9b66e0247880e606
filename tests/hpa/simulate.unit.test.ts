import { describe, expect, test } from 'vitest';
import { answer } from '../../bin/hpa/answer.ts';
import { usualCosts } from '../../bin/hpa/costs.ts';
import { drawing } from '../../bin/hpa/drawing.ts';
import { type Load, loads } from '../../bin/hpa/loads.ts';
import { simulate } from '../../bin/hpa/simulate.ts';
import { amountOf, workloadOf } from '../../bin/hpa/workload.ts';
import { orderService } from '../../services/order-service/service.ts';
import { environmentNames } from '../../stacks/environments.ts';

const workload = workloadOf('prod', 'order-service');
const costs = usualCosts(workload);
const run = (load: Load, change: Partial<typeof costs> = {}) => simulate(workload, load, { ...costs, ...change });
const steady = (times: number): Load => ({ says: 'it stays', minutes: 30, at: () => times });

test.each(environmentNames)('the simulation reads the scaling table as %s has it', (environment) => {
  const { min, max, targetPercent } = workloadOf(environment, 'order-service').autoscaler;
  expect({ min, max, targetPercent }).toEqual({
    min: orderService.scaling.min,
    max: orderService.scaling.max,
    targetPercent: orderService.scaling.targetPercent,
  });
});

test('a load at the target changes nothing, one above it settles where the target is', () => {
  expect(run(steady(2)).every(({ replicas }) => replicas === 2)).toBe(true);
  // Twice the fewest replicas at their target is four times the usual.
  expect(run(steady(4)).at(-1)?.replicas).toBe(4);
});

test('the bounds hold under every load', () => {
  for (const load of Object.values(loads))
    for (const { replicas, ready } of run(load)) {
      expect(replicas).toBeGreaterThanOrEqual(workload.autoscaler.min);
      expect(replicas).toBeLessThanOrEqual(workload.autoscaler.max);
      expect(ready).toBeLessThanOrEqual(replicas);
    }
});

test('no request is lost: what arrived was answered or waits', () => {
  const moments = run(loads.spike, { usual: costs.usual * 4 });
  const arrived = moments.reduce((sum, { offered }) => sum + offered, 0);
  const answered = moments.reduce((sum, { offered, capacity }, index) => {
    const before = moments[index - 1]?.waiting ?? 0;
    return sum + Math.min(offered + before, capacity);
  }, 0);
  expect(answered + (moments.at(-1)?.waiting ?? 0)).toBeCloseTo(arrived, 3);
  expect(Math.max(...moments.map(({ waiting }) => waiting))).toBeGreaterThan(1000);
});

test('a pod that takes longer to start makes the gap longer', () => {
  const gap = (startSeconds: number) =>
    run(loads['flash-sale'], { startSeconds, usual: costs.usual * 3 }).filter(
      ({ offered, capacity }) => offered > capacity,
    ).length;
  expect(gap(120)).toBeGreaterThan(gap(20));
});

test('after a sale replicas go only when five minutes have passed, a quarter a minute', () => {
  const moments = run(loads['flash-sale']);
  const first = moments.find(({ replicas }, second) => replicas < (moments[second - 1]?.replicas ?? 0))?.second ?? 0;
  expect(first).toBeGreaterThanOrEqual(13 * 60 + 300);
  for (const { second, replicas } of moments.slice(60))
    expect(replicas).toBeGreaterThanOrEqual(Math.floor((moments[second - 60]?.replicas ?? 0) * 0.75));
  expect(moments.at(-1)?.replicas).toBe(2);
});

describe('the answer', () => {
  test('says when help is asked for, how much comes, and what was too much', () => {
    const moments = run(loads['flash-sale'], { usual: costs.usual * 3 });
    const sentences = answer(workload, loads['flash-sale'], moments).join('\n');
    expect(sentences).toMatch(/The first new replica is asked for \d+ s after .*; 10 are set at most/);
    expect(sentences).toMatch(/For \d+ s more arrives than the pods can answer: \d+ requests too many/);
  });

  test('says that what is there suffices where it does', () => {
    expect(answer(workload, steady(1), run(steady(1)))).toContain('What is there always suffices.');
  });
});

test('the same run is drawn in the same bytes', () => {
  const moments = run(loads.ramp);
  expect(drawing('a', moments)).toBe(drawing('a', run(loads.ramp)));
  expect(drawing('a', moments)).not.toMatch(/NaN|Infinity/);
});

test('quantities are read as Kubernetes means them', () => {
  expect(['500m', '2', '384Mi', '1Gi'].map(amountOf)).toEqual([0.5, 2, 384, 1024]);
  expect(() => amountOf('5e3')).toThrow(/no quantity/);
});
