import { GoogleProvider } from '@cdktf/provider-google/lib/provider/index.js';
import { GcsBackend, type TerraformStack } from 'cdktf';
import type { Environment } from '../environments.ts';
import { prefix } from '../naming.ts';

/** Who a resource belongs to, for the bill and the console; AWS has the same as tags. */
export const labelsOf = (row: Environment): Record<string, string> => ({
  environment: row.name,
  service: 'analytics',
  owner: 'platform',
});

/**
 * What every stack here begins with: the provider, with labels for everything that takes them; where its state lies; and the
 * oldest Terraform that may read it.
 */
export function layFoundation(stack: TerraformStack, row: Environment): void {
  const { project, region, zone, stateBucket } = row.gcp;
  new GoogleProvider(stack, 'google', {
    project,
    region,
    zone,
    defaultLabels: labelsOf(row),
    addTerraformAttributionLabel: false,
    // Otherwise the budget is asked for in the name of whoever signed in, whose own project need not know its API.
    userProjectOverride: true,
    billingProject: project,
  });
  new GcsBackend(stack, { bucket: stateBucket, prefix: `${prefix(row)}/${stack.node.id}` });
  stack.addOverride('terraform.required_version', '>= 1.9.0');
}
