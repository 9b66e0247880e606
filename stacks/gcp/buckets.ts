import { DataGoogleStorageProjectServiceAccount } from '@cdktf/provider-google/lib/data-google-storage-project-service-account/index.js';
import { KmsCryptoKey } from '@cdktf/provider-google/lib/kms-crypto-key/index.js';
import { KmsCryptoKeyIamMember } from '@cdktf/provider-google/lib/kms-crypto-key-iam-member/index.js';
import { KmsKeyRing } from '@cdktf/provider-google/lib/kms-key-ring/index.js';
import { StorageBucket, type StorageBucketConfig } from '@cdktf/provider-google/lib/storage-bucket/index.js';
import type { Construct } from 'constructs';
import { platform } from '../../services/platform/platform.ts';
import type { Environment } from '../environments.ts';
import { analyticsJobName, gcpBucketName, prefix } from '../naming.ts';

export type Buckets = Readonly<Record<'artifacts' | 'checkpoints' | 'results' | 'staging', StorageBucket>>;

const seconds = (days: number): number => days * 86_400;
const deleted = (condition: { age?: number; daysSinceNoncurrentTime?: number; matchesPrefix?: string[] }) => ({
  action: { type: 'Delete' },
  condition,
});
/** Longer than the topic keeps orders (7 days): whoever restarts the job later begins anew and needs none of it. */
const outlived = 8;

/** What differs between the buckets; everything else is the same for all. */
const kinds = (row: Environment) =>
  ({
    // Texts and jars of the job. Who restarts it with an older release finds the release.
    artifacts: { versioning: { enabled: true }, lifecycleRule: [deleted({ daysSinceNoncurrentTime: 90 })], soft: 7 },
    // The job writes whole checkpoints and removes what it no longer needs; what is left is of jobs that are gone.
    checkpoints: { lifecycleRule: [deleted({ age: 30 })], soft: 0 },
    // Never changed and never removed before its time. A half-written part is put into `staging`, since it has to be removed;
    // the rule is for one that strayed.
    results: {
      lifecycleRule: [
        deleted({ age: Math.max(outlived, row.gcp.resultsRetentionDays), matchesPrefix: ['.inprogress/'] }),
      ],
      retentionPolicy: { retentionPeriod: seconds(row.gcp.resultsRetentionDays) },
      soft: 30,
    },
    // Dataproc's own files, and the orphans under `.inprogress/` of parts that were never committed.
    staging: { lifecycleRule: [deleted({ age: outlived })], soft: 0 },
  }) satisfies Record<keyof Buckets, Partial<StorageBucketConfig> & { readonly soft: number }>;

/** Purpose of each, a part of its name. */
const purposes: Readonly<Record<keyof Buckets, string>> = {
  artifacts: 'artifacts',
  checkpoints: 'checkpoints',
  results: platform.jobs[analyticsJobName].results,
  staging: 'staging',
};

/** Four buckets that nobody outside of the project can be let into, encrypted with a key of this stack. */
export function createBuckets(scope: Construct, row: Environment): Buckets {
  const key = new KmsCryptoKey(scope, 'bucket-key', {
    name: 'buckets',
    keyRing: new KmsKeyRing(scope, 'key-ring', { name: `${prefix(row)}-analytics`, location: row.gcp.region }).id,
    rotationPeriod: `${seconds(90)}s`,
    lifecycle: { preventDestroy: row.retainData },
  });
  const storage = new DataGoogleStorageProjectServiceAccount(scope, 'storage-agent', {});
  const mayEncrypt = new KmsCryptoKeyIamMember(scope, 'storage-encrypts', {
    cryptoKeyId: key.id,
    role: 'roles/cloudkms.cryptoKeyEncrypterDecrypter',
    member: storage.member,
  });
  const bucket = (kind: keyof Buckets): StorageBucket => {
    const { soft, ...rest } = kinds(row)[kind];
    return new StorageBucket(scope, `bucket-${kind}`, {
      name: gcpBucketName(row, purposes[kind]),
      location: row.gcp.region,
      uniformBucketLevelAccess: true,
      publicAccessPrevention: 'enforced',
      forceDestroy: !row.retainData,
      encryption: { defaultKmsKeyName: key.id },
      softDeletePolicy: { retentionDurationSeconds: seconds(soft) },
      lifecycle: { preventDestroy: row.retainData && kind === 'results' },
      dependsOn: [mayEncrypt],
      ...rest,
    });
  };
  return {
    artifacts: bucket('artifacts'),
    checkpoints: bucket('checkpoints'),
    results: bucket('results'),
    staging: bucket('staging'),
  };
}
