import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { answer } from './hpa/answer.ts';
import { usualCosts } from './hpa/costs.ts';
import { drawing, rows } from './hpa/drawing.ts';
import { type Load, type LoadName, loads } from './hpa/loads.ts';
import { simulate } from './hpa/simulate.ts';
import { workloadOf } from './hpa/workload.ts';

/** `npm run hpa -- --load flash-sale`: what the autoscaler of a service does under a load, by Kubernetes' own rules (docs/scaling.md). */
try {
  const { values } = parseArgs({
    options: {
      load: { type: 'string', default: 'flash-sale' },
      service: { type: 'string', default: 'order-service' },
      env: { type: 'string', default: 'prod' },
      'cpu-ms': { type: 'string', default: '6' },
      'start-seconds': { type: 'string', default: '20' },
    },
  });
  const load: Load | undefined = loads[values.load as LoadName];
  if (!load) throw new Error(`There is no load ${values.load}; there are ${Object.keys(loads).join(', ')}.`);
  const [cpuMs, startSeconds] = [Number(values['cpu-ms']), Number(values['start-seconds'])];
  if (!(cpuMs > 0) || !(startSeconds >= 0))
    throw new Error('--cpu-ms is a number above 0, --start-seconds one from 0.');
  const workload = workloadOf(values.env, values.service);
  const moments = simulate(workload, load, { ...usualCosts(workload, cpuMs / 1000), startSeconds });
  for (const row of rows(moments)) console.log(row);
  for (const sentence of answer(workload, load, moments)) console.log(sentence);
  const file = new URL(`../.build/hpa/${values.env}-${values.service}-${values.load}.svg`, import.meta.url).pathname;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, drawing(`${values.service} in ${values.env}: ${values.load}`, moments));
  console.log(`Drawn in ${file}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
