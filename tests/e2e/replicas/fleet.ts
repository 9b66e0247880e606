import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceName } from '../../../services/platform/names.ts';
import type { PlatformUnderTest } from '../../harness/platform.ts';
import type { Plant } from '../../planted/plant.ts';
import { startBalancer } from './balancer.ts';
import { perService, type Replica, startReplica } from './replica.ts';

/** How long connections still come after SIGTERM: endpoints lag in a cluster. */
const lagMs = 3_000;

/** Two processes of every service of the platform, each pair behind a balancer. `plants` puts bugs into those of a service. */
export async function startFleet(platform: PlatformUnderTest, plants: Partial<Record<ServiceName, Plant>> = {}) {
  const balancers = await perService(startBalancer);
  const urls = await perService((name) => balancers[name].url);
  const start = async (service: ServiceName): Promise<Replica> => {
    const replica = await startReplica(platform, service, urls, plants[service]);
    balancers[service].add(replica.port);
    return replica;
  };
  const replicas: Record<ServiceName, Replica[]> = await perService(async (service) => [
    await start(service),
    await start(service),
  ]);
  return {
    gateway: urls['api-gateway'],
    /** Replaces both processes of a service, one after the other. Returns the milliseconds that each took to end. */
    async roll(service: ServiceName): Promise<readonly number[]> {
      const took: number[] = [];
      for (const old of [...replicas[service]]) {
        const fresh = await start(service);
        replicas[service] = [...replicas[service].filter((one) => one !== old), fresh];
        const ended = old.stop();
        await sleep(lagMs);
        balancers[service].remove(old.port);
        const { code, ms } = await ended;
        if (code !== 0) throw new Error(`${service} ended with ${code}`);
        took.push(ms);
      }
      return took;
    },
    async close() {
      for (const replica of Object.values(replicas).flat()) replica.kill();
      await perService((name) => balancers[name].close());
    },
  };
}
