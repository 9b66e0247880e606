import type { Role } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type ServiceName, serviceNames } from '../../services/platform/names.ts';
import { platform } from '../../services/platform/platform.ts';
import type { Environment } from '../environments.ts';
import { namespace, serviceRoleName, stackName } from '../naming.ts';
import { aclRole } from './acl-role.ts';
import { grantsOf } from './grants.ts';
import { type PlaceDependencies, placesOf } from './places.ts';
import { podRole } from './pod-role.ts';
import { tagService } from './tags.ts';

/** Who each service is to AWS: a role that its pods have, with what its stores and topics need and nothing else; and the ACL job. */
export class IdentitiesStack extends Stack {
  readonly roles: Readonly<Record<ServiceName, Role>>;

  constructor(
    scope: Construct,
    row: Environment,
    deps: PlaceDependencies & { readonly cluster: { readonly cluster: { readonly clusterName: string } } },
  ) {
    super(scope, stackName(row, 'Identities'), {
      env: { account: row.account, region: row.region },
      description: 'Roles of the services and which pods have them',
    });
    const places = placesOf(row, deps);
    const { clusterName } = deps.cluster.cluster;
    this.roles = Object.fromEntries(
      serviceNames.map((name) => {
        const role = podRole(this, name, {
          roleName: serviceRoleName(row, name),
          clusterName,
          namespace,
          serviceAccount: name,
          grants: grantsOf(platform.services[name], places),
        });
        tagService(role, name);
        return [name, role];
      }),
    ) as Record<ServiceName, Role>;
    aclRole(this, row, { clusterName, places });
  }
}
