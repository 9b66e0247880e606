import type { ServiceFacts } from '../services/platform/facts.ts';
import type {
  DynamoName,
  JobName,
  PostgresName,
  SecretName,
  ServiceName,
  TopicName,
  WorkloadName,
} from '../services/platform/names.ts';
import type { Environment } from './environments.ts';

/** The only place that builds physical names: whatever another stack, a manifest or the other cloud refers to is named here. */
type Row = Pick<Environment, 'name' | 'account' | 'region'>;

/** Namespace of the services in the cluster. */
export const namespace = 'ecommerce';

/** `ecommerce-prod`: name of the environment, prefix of everything that is unique to an account or region. */
export const prefix = ({ name }: Row): string => `ecommerce-${name}`;

/** `Ecommerce-Prod-Network` */
export const stackName = ({ name }: Row, stack: string): string =>
  `Ecommerce-${name.charAt(0).toUpperCase()}${name.slice(1)}-${stack}`;

export const clusterName = (row: Row): string => prefix(row);
export const kafkaClusterName = (row: Row): string => prefix(row);
export const databaseClusterName = (row: Row): string => prefix(row);

/** Tables keep the names of the specification: an account holds one environment. */
export const tableName = (_: Row, table: DynamoName): string => table;
export const topicName = (_: Row, topic: TopicName): string => topic;
export const databaseName = (_: Row, database: PostgresName): string => database.replaceAll('-', '_');

/** Bucket names are unique in the world. */
export const bucketName = (row: Row, purpose: string): string => `${prefix(row)}-${purpose}-${row.account}`;
export const secretName = (row: Row, secret: SecretName): string => `${prefix(row)}/${secret}`;
/** What one workload finds in SSM: `/ecommerce-prod/order-service/KAFKA_BROKERS`. */
export const parameterName = (row: Row, workload: WorkloadName, variable: string): string =>
  `/${prefix(row)}/${workload}/${variable}`;
export const serviceRoleName = (row: Row, service: ServiceName): string => `${prefix(row)}-${service}`;
export const functionName = (row: Row, workload: WorkloadName): string => `${prefix(row)}-${workload}`;
/** Whom nodes are to AWS; a class of nodes in the cluster names it. */
export const nodeRoleName = (row: Row): string => `${prefix(row)}-nodes`;
export const repositoryName = (service: ServiceName): string => `ecommerce/${service}`;
export const gatewayTargetGroupName = (row: Row): string => `${prefix(row)}-gateway`;
/** MSK takes SCRAM secrets only under this beginning. */
export const flinkSecretName = (row: Row): string => `AmazonMSK_${row.name}_flink`;
/** Name of the user that the analytics of the other cloud signs in to Kafka with. */
export const flinkUserName = 'flink-analytics';
/** The job that keeps the ACLs of that user: an entry of the image of the service whose records it reads, and an account of its own. */
export const aclJob = {
  service: 'order-service',
  entry: 'grant-analytics',
  name: 'order-service-grant-analytics',
} as const;
export const aclJobRoleName = (row: Row): string => `${prefix(row)}-${aclJob.name}`;
/** Under a beginning for which AWS keeps the log delivery policy, which may otherwise grow too long. */
export const kafkaLogGroupName = (row: Row): string => `/aws/vendedlogs/${prefix(row)}/kafka`;

/** Where alarms ring; known by name so that no stack depends on another for it. */
export const alarmTopicName = (row: Row): string => `${prefix(row)}-alarms`;
export const alarmTopicArn = (row: Row): string => `arn:aws:sns:${row.region}:${row.account}:${alarmTopicName(row)}`;
export const alarmName = (row: Row, alarm: string): string => `${prefix(row)}-${alarm}`;
export const budgetName = (row: Row): string => `${prefix(row)}-monthly`;
export const webAclName = (row: Row): string => `${prefix(row)}-edge`;
/** AWS WAF writes only to log groups with this beginning. */
export const webAclLogGroupName = (row: Row): string => `aws-waf-logs-${prefix(row)}-edge`;

/** The login of a service in its database: `user_service`, as the local platform and the migrations have it. */
export const databaseUser = (service: WorkloadName): string => service.replaceAll('-', '_');

/** Where other pods find a service: its name in the cluster's DNS and the port of its container. */
export const serviceUrl = ({ name, port }: Pick<ServiceFacts, 'name' | 'port'>): string =>
  `http://${name}.${namespace}.svc.cluster.local:${port}`;

/** The operator that reads secrets and parameters for the pods, by its chart's own names. */
export const secretsOperator = { namespace: 'external-secrets', serviceAccount: 'external-secrets' } as const;
export const secretsOperatorRoleName = (row: Row): string => `${prefix(row)}-external-secrets`;

/** Shared key of one tunnel to the other cloud, which keeps a copy under the same name. */
export const tunnelSecretName = (row: Row, tunnel: number): string => `${prefix(row)}/vpn-tunnel-${tunnel}`;

/** Namespace of everything that observes the cluster. */
export const monitoringNamespace = 'monitoring';
/** Accounts of those observers that ask AWS for something, by the names that their charts give them. */
export const observers = {
  /** Keeps lines and index in its bucket. */
  logs: 'loki',
  /** Reads what only CloudWatch knows. */
  cloudWatch: 'alloy-cloudwatch',
  /** Sends alerts to where the alarms ring. */
  alerts: 'prometheus-stack-alertmanager',
} as const;
export const observerRoleName = (row: Row, observer: keyof typeof observers): string =>
  `${prefix(row)}-${observers[observer]}`;
/** Where log lines are kept. */
export const logLinesBucketName = (row: Row): string => bucketName(row, 'log-lines');

/** What a stack on the other cloud is called, there and in its state: `gcp-network-prod`. */
export const gcpStackName = ({ name }: Row, stack: 'network' | 'analytics'): string => `gcp-${stack}-${name}`;
type OnGoogle = Row & Pick<Environment, 'gcp'>;
/** Only letters, digits and hyphens, and at most 63 of them: `ecommerce-prod`, `ecommerce-prod-to-aws`. */
export const gcpNetworkName = (row: Row): string => prefix(row);
export const gcpSubnetName = (row: Row): string => `${prefix(row)}-analytics`;
export const gcpGatewayName = (row: Row): string => `${prefix(row)}-to-aws`;
export const gcpRouterName = (row: Row): string => `${prefix(row)}-to-aws`;
export const gcpTunnelName = (row: Row, tunnel: number): string => `${prefix(row)}-aws-${tunnel}`;
/** Google's copy of a tunnel's key: its ids take no slash. */
export const gcpTunnelSecretName = (row: Row, tunnel: number): string =>
  tunnelSecretName(row, tunnel).replaceAll('/', '-');
/** Google's copy of the Kafka user: `{"username","password"}`, as AWS has it under `flinkSecretName`. */
export const gcpFlinkSecretName = (row: Row): string => `${prefix(row)}-flink`;
export const gcpBucketName = (row: OnGoogle, purpose: string): string => `${prefix(row)}-${purpose}-${row.gcp.project}`;
export const gcpAlertName = (row: Row, alert: string): string => `${prefix(row)}-${alert}`;
export const gcpMailChannelName = (row: Row): string => `${prefix(row)}-mail`;
/** The cluster that the streaming job runs on, and whom its machines are to Google. */
export const analyticsClusterName = (row: Row): string => `${prefix(row)}-analytics`;
export const analyticsAccountId = (row: Row): string => `${prefix(row)}-analytics`;
/** On every machine of the cluster; the firewall knows them by it. */
export const analyticsTag: JobName = 'orders-analytics';
/** The job by the name that YARN, its log and its folders in buckets have. */
export const analyticsJobName: JobName = 'orders-analytics';
/** Counted from the job's log; underscores, so that it is the same in queries. */
export const analyticsMetricName = (figure: string): string => `orders_analytics_${figure}`;
