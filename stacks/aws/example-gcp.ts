import type { EnvironmentName } from '../environments.ts';
import type { GcpNetworkOutputs } from './gcp-outputs.ts';

/**
 * Stands in for the other cloud wherever nothing is deployed: addresses that RFC 5737 keeps for documentation and no gateway can
 * have. A deploy takes the real ones from a file, and refuses these there (gcp-outputs.ts).
 */
export const exampleGcp: Readonly<Record<EnvironmentName, GcpNetworkOutputs>> = {
  dev: { environment: 'dev', gatewayAddresses: ['192.0.2.10', '198.51.100.10'] },
  prod: { environment: 'prod', gatewayAddresses: ['192.0.2.20', '198.51.100.20'] },
};
