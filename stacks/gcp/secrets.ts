import { SecretManagerSecret } from '@cdktf/provider-google/lib/secret-manager-secret/index.js';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { tunnels } from '../interconnect.ts';
import { gcpFlinkSecretName, gcpTunnelSecretName } from '../naming.ts';

/**
 * Copies of what AWS makes: a key for each tunnel, and the Kafka user of the job. Empty here, in the first stage, and filled by hand
 * before the last one (docs/deploy-gcp.md), so that no value is in a text or in a state because of them.
 */
export function createSecrets(scope: Construct, row: Environment, dependsOn: ITerraformDependable[]): void {
  const secret = (id: string, secretId: string) =>
    new SecretManagerSecret(scope, id, {
      secretId,
      replication: { userManaged: { replicas: [{ location: row.gcp.region }] } },
      dependsOn,
    });
  for (const { index } of tunnels) secret(`tunnel-key-${index}`, gcpTunnelSecretName(row, index));
  secret('kafka-user', gcpFlinkSecretName(row));
}
