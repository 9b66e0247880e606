/** Where a price stands in AWS's public price list: the offer, the usage type without its region, and how many of its units ours is. */
export type Lookup = {
  readonly offer: string;
  readonly usage: string;
  /** Attributes that tell products with the same usage type apart. */
  readonly where?: Readonly<Record<string, string>>;
  readonly units?: number;
};

const million = 1e6;

/**
 * The prices that `node bin/aws/refresh-prices.ts` reads; a lookup that finds nothing says so and changes nothing. Not among them, and
 * looked up by hand: what is in the offer AmazonEC2, whose file for a region is too large to be read whole (machines, volumes, NAT
 * gateways), and usage types that we have not seen written (pollers, Express storage).
 */
export const lookups: Readonly<Record<string, Lookup>> = {
  'eks-cluster': { offer: 'AmazonEKS', usage: 'AmazonEKS-Hours:perCluster' },
  'public-ipv4': { offer: 'AmazonVPC', usage: 'PublicIPv4:InUseAddress' },
  'interface-endpoint': { offer: 'AmazonVPC', usage: 'VpcEndpoint-Hours' },
  'interface-endpoint-data': { offer: 'AmazonVPC', usage: 'VpcEndpoint-Bytes' },
  'vpn-connection': { offer: 'AmazonVPC', usage: 'VPN-Usage-Hours:ipsec.1' },
  'load-balancer': { offer: 'AWSELB', usage: 'LoadBalancerUsage', where: { operation: 'LoadBalancing:Application' } },
  'load-balancer-capacity': { offer: 'AWSELB', usage: 'LCUUsage', where: { operation: 'LoadBalancing:Application' } },
  'aurora-acu': {
    offer: 'AmazonRDS',
    usage: 'Aurora:ServerlessV2Usage',
    where: { databaseEngine: 'Aurora PostgreSQL' },
  },
  'aurora-storage': {
    offer: 'AmazonRDS',
    usage: 'Aurora:StorageUsage',
    where: { databaseEngine: 'Aurora PostgreSQL' },
  },
  'aurora-io': {
    offer: 'AmazonRDS',
    usage: 'Aurora:StorageIOUsage',
    where: { databaseEngine: 'Aurora PostgreSQL' },
    units: million,
  },
  'aurora-backup': {
    offer: 'AmazonRDS',
    usage: 'Aurora:BackupUsage',
    where: { databaseEngine: 'Aurora PostgreSQL' },
  },
  'rds:db.t4g.medium': {
    offer: 'AmazonRDS',
    usage: 'InstanceUsage:db.t4g.medium',
    where: { databaseEngine: 'PostgreSQL' },
  },
  'rds:db.m8g.xlarge': {
    offer: 'AmazonRDS',
    usage: 'InstanceUsage:db.m8g.xl',
    where: { databaseEngine: 'PostgreSQL' },
  },
  'rds-gp3': { offer: 'AmazonRDS', usage: 'RDS:GP3-Storage', where: { databaseEngine: 'PostgreSQL' } },
  'dynamodb-writes': { offer: 'AmazonDynamoDB', usage: 'WriteRequestUnits', units: million },
  'dynamodb-reads': { offer: 'AmazonDynamoDB', usage: 'ReadRequestUnits', units: million },
  'dynamodb-storage': { offer: 'AmazonDynamoDB', usage: 'TimedStorage-ByteHrs' },
  'dynamodb-recovery': { offer: 'AmazonDynamoDB', usage: 'TimedPITRStorage-ByteHrs' },
  'msk:kafka.t3.small': { offer: 'AmazonMSK', usage: 'Kafka.t3.small' },
  'msk:express.m7g.large': { offer: 'AmazonMSK', usage: 'Express.m7g.large' },
  'lambda-requests': { offer: 'AWSLambda', usage: 'Request', units: million },
  'lambda-arm': { offer: 'AWSLambda', usage: 'Lambda-GB-Second-ARM' },
  'ses-mail': { offer: 'AmazonSES', usage: 'Message', units: 1_000 },
  's3-storage': { offer: 'AmazonS3', usage: 'TimedStorage-ByteHrs' },
  's3-writes': { offer: 'AmazonS3', usage: 'Requests-Tier1', units: million },
  's3-reads': { offer: 'AmazonS3', usage: 'Requests-Tier2', units: million },
  'ecr-storage': { offer: 'AmazonECR', usage: 'TimedStorage-ByteHrs' },
  'kms-key': { offer: 'awskms', usage: 'KMS-Keys' },
  'kms-requests': { offer: 'awskms', usage: 'KMS-Requests', units: million },
  secret: { offer: 'AWSSecretsManager', usage: 'AWSSecretsManager-Secrets' },
  'logs-ingested': { offer: 'AmazonCloudWatch', usage: 'DataProcessing-Bytes' },
  'logs-kept': { offer: 'AmazonCloudWatch', usage: 'TimedStorage-ByteHrs' },
  alarm: { offer: 'AmazonCloudWatch', usage: 'CW:AlarmMonitorUsage' },
};
