import { usualCosts } from './costs.ts';
import { drawing } from './drawing.ts';
import { loads } from './loads.ts';
import { simulate } from './simulate.ts';
import { workloadOf } from './workload.ts';

/** The picture of docs/scaling.md: what `npm run hpa` draws when nothing else is asked for. */
export function flashSale(): string {
  const workload = workloadOf('prod', 'order-service');
  const moments = simulate(workload, loads['flash-sale'], usualCosts(workload));
  return drawing('order-service in prod: flash-sale', moments);
}
