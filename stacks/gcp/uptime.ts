import { DataGoogleComputeInstance } from '@cdktf/provider-google/lib/data-google-compute-instance/index.js';
import type { DataprocCluster } from '@cdktf/provider-google/lib/dataproc-cluster/index.js';
import type { MonitoringAlertPolicyConditions } from '@cdktf/provider-google/lib/monitoring-alert-policy/index.js';
import { MonitoringUptimeCheckConfig } from '@cdktf/provider-google/lib/monitoring-uptime-check-config/index.js';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member/index.js';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { analyticsClusterName, analyticsJobName, prefix } from '../naming.ts';
import { BetaProvider, BetaResource } from './beta-provider.ts';
import { labelsOf } from './foundation.ts';
import { numberedNetworkPath } from './paths.ts';
import { yarnPort } from './private-addresses.ts';

/** What the agent needs to come in (https://cloud.google.com/monitoring/uptime-checks/private-checks). */
const agentRoles = ['roles/servicedirectory.viewer', 'roles/servicedirectory.pscAuthorizedService'];

/** Asks YARN from outside of the cluster, once a minute and without an address on the internet, whether the job runs. Returns the check's id. */
export function createUptimeCheck(scope: Construct, row: Environment, cluster: DataprocCluster): string {
  const { project, region, zone } = row.gcp;
  const provider = new BetaProvider(scope, row);
  const agent = new BetaResource(scope, 'monitoring-agent', {
    type: 'google_project_service_identity',
    provider,
    attributes: { project, service: 'monitoring.googleapis.com' },
  });
  const granted = agentRoles.map(
    (role) =>
      new ProjectIamMember(scope, `monitoring-may-${role.slice(role.lastIndexOf('.') + 1)}`, {
        project,
        role,
        member: `serviceAccount:service-${row.gcp.projectNumber}@gcp-sa-monitoring-notification.iam.gserviceaccount.com`,
        dependsOn: [agent],
      }),
  );
  const master = new DataGoogleComputeInstance(scope, 'master', {
    name: `${analyticsClusterName(row)}-m`,
    zone,
    dependsOn: [cluster],
  });
  const namespace = new BetaResource(scope, 'directory', {
    type: 'google_service_directory_namespace',
    provider,
    attributes: { namespace_id: `${prefix(row)}-analytics`, location: region },
  });
  const service = new BetaResource(scope, 'directory-yarn', {
    type: 'google_service_directory_service',
    provider,
    attributes: { service_id: 'yarn', namespace: namespace.id },
  });
  const endpoint = new BetaResource(scope, 'directory-master', {
    type: 'google_service_directory_endpoint',
    provider,
    attributes: {
      endpoint_id: 'master',
      service: service.id,
      address: master.networkInterface.get(0).networkIp,
      port: yarnPort,
      network: numberedNetworkPath(row),
    },
  });
  return new MonitoringUptimeCheckConfig(scope, 'uptime', {
    displayName: `${prefix(row)}-${analyticsJobName}`,
    checkerType: 'VPC_CHECKERS',
    period: '60s',
    timeout: '10s',
    monitoredResource: {
      type: 'servicedirectory_service',
      labels: {
        project_id: project,
        location: region,
        namespace_name: `${prefix(row)}-analytics`,
        service_name: 'yarn',
      },
    },
    httpCheck: {
      requestMethod: 'GET',
      path: '/ws/v1/cluster/apps?states=RUNNING',
      port: yarnPort,
      headers: { Accept: 'application/json' },
    },
    contentMatchers: [{ matcher: 'CONTAINS_STRING', content: `"name":"${analyticsJobName}"` }],
    userLabels: labelsOf(row),
    dependsOn: [endpoint, ...granted],
  }).uptimeCheckId;
}

/** Rings when more than one of the places that ask got no good answer, for five minutes. */
export const uptimeFails = (checkId: string): MonitoringAlertPolicyConditions => ({
  displayName: 'YARN does not name the job among what runs',
  conditionThreshold: {
    filter: [
      'metric.type="monitoring.googleapis.com/uptime_check/check_passed"',
      'resource.type="servicedirectory_service"',
      `metric.label.check_id="${checkId}"`,
    ].join(' AND '),
    comparison: 'COMPARISON_GT',
    thresholdValue: 1,
    duration: '300s',
    aggregations: [
      {
        alignmentPeriod: '120s',
        perSeriesAligner: 'ALIGN_NEXT_OLDER',
        crossSeriesReducer: 'REDUCE_COUNT_FALSE',
        groupByFields: ['resource.label.*'],
      },
    ],
    trigger: { count: 1 },
  },
});
