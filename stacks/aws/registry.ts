import {
  CfnRegistryPolicy,
  CfnReplicationConfiguration,
  Repository,
  RepositoryEncryption,
  TagMutability,
  TagStatus,
} from 'aws-cdk-lib/aws-ecr';
import { Duration, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type ServiceName, serviceNames } from '../../services/platform/names.ts';
import type { Environment } from '../environments.ts';
import { repositoryName, stackName } from '../naming.ts';
import { registriesAfter, registryBefore } from '../promotion.ts';
import { encryptionKey, removalOf } from './encryption.ts';
import { tagService } from './tags.ts';

/**
 * One repository of images per service: a tag never moves, every push is scanned, old images go. What is pushed to the environment that
 * is built for is copied to the registry of the one that is promoted to, where the same digest is pulled.
 */
export class RegistryStack extends Stack {
  readonly repositories: Readonly<Record<ServiceName, Repository>>;

  constructor(scope: Construct, row: Environment) {
    super(scope, stackName(row, 'Registry'), {
      env: { account: row.account, region: row.region },
      description: 'Image repositories of the services',
    });
    const key = encryptionKey(this, row, 'container images');
    this.repositories = Object.fromEntries(
      serviceNames.map((name) => [
        name,
        new Repository(this, name, {
          repositoryName: repositoryName(name),
          imageTagMutability: TagMutability.IMMUTABLE,
          imageScanOnPush: true,
          encryption: RepositoryEncryption.KMS,
          encryptionKey: key,
          removalPolicy: removalOf(row),
          emptyOnDelete: !row.retainData,
          lifecycleRules: [
            { description: 'Layers of no image', tagStatus: TagStatus.UNTAGGED, maxImageAge: Duration.days(7) },
            // A signature and a bill of materials count as images too: a hundred builds.
            { description: 'Enough to go back', maxImageCount: 300 },
          ],
        }),
      ]),
    ) as Record<ServiceName, Repository>;
    for (const name of serviceNames) tagService(this.repositories[name], name);
    this.sendCopies(row);
    this.takeCopies(row);
  }

  private sendCopies(row: Environment): void {
    const destinations = registriesAfter(row).map(({ account, region }) => ({ registryId: account, region }));
    if (destinations.length === 0) return;
    new CfnReplicationConfiguration(this, 'Replication', {
      replicationConfiguration: {
        rules: [
          {
            destinations,
            repositoryFilters: serviceNames.map((name) => ({
              filter: repositoryName(name),
              filterType: 'PREFIX_MATCH',
            })),
          },
        ],
      },
    });
  }

  /** Copies go into the repositories that are here, with their key and scans; the other account can make none. */
  private takeCopies(row: Environment): void {
    const from = registryBefore(row);
    if (from === undefined) return;
    new CfnRegistryPolicy(this, 'TakesCopies', {
      policyText: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'CopiesOfWhatWasBuilt',
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${from.account}:root` },
            Action: ['ecr:ReplicateImage'],
            Resource: serviceNames.map((name) => this.repositories[name].repositoryArn),
          },
        ],
      },
    });
  }
}
