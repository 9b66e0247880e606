import type { ServiceFacts } from '../../services/platform/facts.ts';
import type { Platform } from '../../services/platform/platform.ts';

/** The one service that the internet reaches; the vocabulary's rules hold that there is one. */
export function publicService(of: Platform): ServiceFacts {
  const open = Object.values(of.services).find((service) => service.exposure === 'public');
  if (!open) throw new Error('No service is public; say exposure: public in one service.ts.');
  return open;
}
