import { CfnOIDCProvider, ManagedPolicy, Role, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnOutput, Duration, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { serviceNames } from '../../services/platform/names.ts';
import type { Environment } from '../environments.ts';
import { repositoryName, stackName } from '../naming.ts';
import type { Grant } from './grants.ts';
import { statementOf } from './pod-role.ts';

const issuer = 'token.actions.githubusercontent.com';

/**
 * Who the workflow that builds images (.github/workflows/images.yml) is to AWS: a role that only runs on `main` of one repository of
 * GitHub can take, for an hour, without any key that could be stolen. It pushes images of the services and does nothing else.
 */
export class ImagePublisherStack extends Stack {
  constructor(scope: Construct, row: Environment, { github }: { readonly github: string }) {
    super(scope, stackName(row, 'ImagePublisher'), {
      env: { account: row.account, region: row.region },
      description: 'The role of the workflow that builds and pushes images',
    });
    // An account has one of these at most.
    const provider = new CfnOIDCProvider(this, 'GitHub', {
      url: `https://${issuer}`,
      clientIdList: ['sts.amazonaws.com'],
    });
    const role = new Role(this, 'Role', {
      description: `Runs on main of ${github}`,
      maxSessionDuration: Duration.hours(1),
      assumedBy: new WebIdentityPrincipal(provider.attrArn, {
        StringEquals: {
          [`${issuer}:aud`]: 'sts.amazonaws.com',
          [`${issuer}:sub`]: `repo:${github}:ref:refs/heads/main`,
        },
      }),
    });
    new ManagedPolicy(role, 'Policy', {
      description: 'What pushing an image takes',
      roles: [role],
      statements: grants(row).map(statementOf),
    });
    new CfnOutput(this, 'ImagesRoleArn', { value: role.roleArn, description: 'IMAGES_ROLE_ARN of the repository' });
  }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html, and what signing reads. */
const grants = (row: Environment): readonly Grant[] => [
  { sid: 'SignIn', actions: ['ecr:GetAuthorizationToken'], resources: ['*'] },
  {
    sid: 'Push',
    actions: [
      'ecr:BatchCheckLayerAvailability',
      'ecr:BatchGetImage',
      'ecr:CompleteLayerUpload',
      'ecr:DescribeImages',
      'ecr:GetDownloadUrlForLayer',
      'ecr:InitiateLayerUpload',
      'ecr:PutImage',
      'ecr:UploadLayerPart',
    ],
    resources: serviceNames.map(
      (service) => `arn:aws:ecr:${row.region}:${row.account}:repository/${repositoryName(service)}`,
    ),
  },
];
