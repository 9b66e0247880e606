import { ProjectService } from '@cdktf/provider-google/lib/project-service/index.js';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';

const apis = [
  'cloudresourcemanager',
  'serviceusage',
  'iam',
  'iap',
  'compute',
  'dns',
  'storage',
  'cloudkms',
  'secretmanager',
  'dataproc',
  'logging',
  'monitoring',
  'servicedirectory',
  'billingbudgets',
] as const;

/** Switches on what the stacks use; whatever is made first has to wait for them. They stay on when the stack goes. */
export const enableServices = (scope: Construct, row: Environment): readonly ProjectService[] =>
  apis.map(
    (api) =>
      new ProjectService(scope, `api-${api}`, {
        project: row.gcp.project,
        service: `${api}.googleapis.com`,
        disableOnDestroy: false,
      }),
  );
