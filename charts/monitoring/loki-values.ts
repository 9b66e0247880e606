import { logLinesBucketName, observers } from '../../stacks/naming.ts';
import type { ClusterRow } from '../cluster-row.ts';
import { logLabels } from './log-labels.ts';
import { restrictedContainer, restrictedPod } from './release-security.ts';

type Row = Pick<ClusterRow, 'name' | 'account' | 'region' | 'retainData' | 'logRetentionDays'>;

/** Values of Loki in one process (some tens of GB a day), which keeps everything in S3 and nothing of worth on its disk. */
export const lokiValues = (row: Row) => ({
  fullnameOverride: 'loki',
  deploymentMode: 'Monolithic',
  serviceAccount: { name: observers.logs },
  loki: {
    auth_enabled: false,
    podSecurityContext: restrictedPod,
    containerSecurityContext: restrictedContainer,
    commonConfig: { replication_factor: 1 },
    storage: {
      type: 's3',
      bucketNames: { chunks: logLinesBucketName(row), ruler: logLinesBucketName(row), admin: logLinesBucketName(row) },
      // Credentials come from the pod's identity.
      s3: { region: row.region },
    },
    schemaConfig: {
      configs: [
        {
          from: '2026-01-01',
          store: 'tsdb',
          object_store: 's3',
          schema: 'v13',
          index: { prefix: 'index_', period: '24h' },
        },
      ],
    },
    compactor: { retention_enabled: true, delete_request_store: 's3' },
    limits_config: {
      retention_period: `${row.logRetentionDays * 24}h`,
      max_label_names_per_series: logLabels.length + 2,
      allow_structured_metadata: true,
      reject_old_samples: true,
      reject_old_samples_max_age: '24h',
    },
    analytics: { reporting_enabled: false },
  },
  singleBinary: {
    replicas: 1,
    persistence: { enabled: true, size: '10Gi' },
    resources: { requests: { cpu: '250m', memory: '1Gi' }, limits: { memory: '2Gi' } },
  },
  read: { replicas: 0 },
  write: { replicas: 0 },
  backend: { replicas: 0 },
  gateway: { enabled: false },
  // Rules are Prometheus' alone.
  sidecar: { rules: { enabled: false } },
  lokiCanary: { enabled: false },
  test: { enabled: false },
  chunksCache: { enabled: false },
  resultsCache: { enabled: false },
});
