import { Repository, RepositoryEncryption, TagMutability, TagStatus } from 'aws-cdk-lib/aws-ecr';
import { Duration, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type ServiceName, serviceNames } from '../../services/platform/names.ts';
import type { Environment } from '../environments.ts';
import { repositoryName, stackName } from '../naming.ts';
import { encryptionKey, removalOf } from './encryption.ts';
import { tagService } from './tags.ts';

/** One repository of images per service: a tag never moves, every push is scanned, old images go. */
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
            { description: 'Enough to go back', maxImageCount: 50 },
          ],
        }),
      ]),
    ) as Record<ServiceName, Repository>;
    for (const name of serviceNames) tagService(this.repositories[name], name);
  }
}
