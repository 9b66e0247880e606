import { Repository, RepositoryEncryption, TagMutability, TagStatus } from 'aws-cdk-lib/aws-ecr';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type ServiceName, serviceNames } from '../../services/platform/names.ts';
import type { Environment } from '../environments.ts';
import { repositoryName, stackName } from '../naming.ts';

/** One repository of images per service: a tag never moves, every push is scanned, old images go. */
export class RegistryStack extends Stack {
  readonly repositories: Readonly<Record<ServiceName, Repository>>;

  constructor(scope: Construct, row: Environment) {
    super(scope, stackName(row, 'Registry'), {
      env: { account: row.account, region: row.region },
      description: 'Image repositories of the services',
    });
    const removalPolicy = row.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const encryptionKey = new Key(this, 'Key', { description: 'Images', enableKeyRotation: true, removalPolicy });
    this.repositories = Object.fromEntries(
      serviceNames.map((name) => [
        name,
        new Repository(this, name, {
          repositoryName: repositoryName(name),
          imageTagMutability: TagMutability.IMMUTABLE,
          imageScanOnPush: true,
          encryption: RepositoryEncryption.KMS,
          encryptionKey,
          removalPolicy,
          emptyOnDelete: !row.retainData,
          lifecycleRules: [
            { description: 'Layers of no image', tagStatus: TagStatus.UNTAGGED, maxImageAge: Duration.days(7) },
            { description: 'Enough to go back', maxImageCount: 50 },
          ],
        }),
      ]),
    ) as Record<ServiceName, Repository>;
  }
}
