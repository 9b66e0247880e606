/** Where the platform is deployed, one row each; constructs get their row and never ask which environment they are in. */

export const environmentNames = ['dev', 'prod'] as const;
export type EnvironmentName = (typeof environmentNames)[number];

/** The other cloud, which holds the analytics (docs/deploy-gcp.md). */
export type GcpRow = {
  /** IPv4 range of its network: the other end of the interconnect. */
  readonly cidr: string;
  /** Number of its router. */
  readonly asn: number;
  /** Id of the project, unique in the world, and the number that Google gave it. A project holds one environment. */
  readonly project: string;
  readonly projectNumber: string;
  /** Where everything lies: the region that is nearest to `region`, and one zone of it. */
  readonly region: string;
  readonly zone: string;
  /** Account that pays for the project, as `XXXXXX-XXXXXX-XXXXXX`. */
  readonly billingAccount: string;
  /** US dollars a month: warns by mail at 80 and 100 percent. */
  readonly monthlyBudgetUsd: number;
  /** Bucket with the state of Terraform; made by hand before anything else (docs/deploy-gcp.md). */
  readonly stateBucket: string;
  readonly cluster: { readonly masterType: string; readonly workerType: string; readonly workerDiskGiB: number };
  /** Nobody deletes or overwrites a result that is younger. */
  readonly resultsRetentionDays: number;
};

/** Where this repository is kept: the clusters read it, too (charts/cluster-row.ts). An example, like the rows. */
export const repository = { url: 'https://git.shop.example/cloud-ecommerce-platform.git', revision: 'main' } as const;
/** Address of docs/runbooks: who is woken by a mail cannot follow a path. */
export const runbooks = `${repository.url.replace(/\.git$/, '')}/blob/${repository.revision}/docs/runbooks`;

export type AuroraRow = {
  readonly engine: 'aurora-serverless';
  /** Aurora capacity units, 2 GiB of memory each. */
  readonly minCapacity: number;
  readonly maxCapacity: number;
  readonly readers: 0 | 1;
};

export type RdsRow = {
  readonly engine: 'rds-postgres';
  /** Without the `db.` that RDS puts in front: `t4g.medium`. */
  readonly instanceType: string;
  readonly storageGiB: number;
  /** Whether a second machine in another zone takes over by itself, within two minutes. */
  readonly multiAz: boolean;
};

/** PostgreSQL 17, whichever way the row wants it; everything else asks only for its endpoint and resource id. */
export type DatabaseRow = (AuroraRow | RdsRow) & {
  /** What the server allows; the pools of all replicas must stay under it. Of Aurora, what it allows at `maxCapacity`. */
  readonly maxConnections: number;
  readonly backupDays: number;
};

export type Environment = {
  readonly name: EnvironmentName;
  /** Twelve digits; of the account that is deployed to. */
  readonly account: string;
  readonly region: string;
  /** Exactly three of the region's zones, so that synthesis never has to ask for them. */
  readonly availabilityZones: readonly [string, string, string];
  /** IPv4 range of the VPC; must not overlap the range on the other cloud. */
  readonly vpcCidr: string;
  readonly natGateways: 1 | 3;
  /** Zone in Route 53 that the public address belongs to, and the address of the API in it. */
  readonly domain: { readonly zone: string; readonly zoneId: string; readonly api: string };
  readonly cluster: {
    /** Public endpoint limited to these ranges; empty means that the endpoint is private. */
    readonly publicEndpointCidrs: readonly string[];
    /** Range of the addresses of Services; the cluster's names are answered at its tenth. */
    readonly serviceCidr: string;
    /** Role that may administer the cluster. */
    readonly administratorRoleArn: string;
  };
  readonly database: DatabaseRow;
  readonly kafka: {
    readonly brokers:
      | { readonly kind: 'standard'; readonly instanceType: string; readonly storageGiB: number }
      | { readonly kind: 'express'; readonly instanceType: string };
  };
  readonly notifier: { readonly minimumPollers: number; readonly maximumPollers: number; readonly mailFrom: string };
  /** Base URL of who moves the money; its sandbox wherever no real money is. */
  readonly paymentProviderUrl: string;
  /** Whether stores refuse to be deleted, and outlive their stack. */
  readonly retainData: boolean;
  readonly logRetentionDays: 30 | 365;
  /** US dollars a month: an alarm in the account, and a failed check when the estimate passes it. */
  readonly monthlyBudgetUsd: number;
  readonly alarmEmail: string;
  readonly gcp: GcpRow;
  readonly awsAsn: number;
  /** `owner/name` at GitHub, where the workflow runs that pushes images here; none where images arrive as copies. */
  readonly github?: string;
};

/** The rows. Account, domain and role are examples: put your own in before the first deploy (docs/deploy-aws.md, docs/deploy-gcp.md). */
export const environments: Readonly<Record<EnvironmentName, Environment>> = {
  dev: {
    name: 'dev',
    account: '111111111111',
    region: 'ap-south-1',
    availabilityZones: ['ap-south-1a', 'ap-south-1b', 'ap-south-1c'],
    vpcCidr: '10.20.0.0/16',
    natGateways: 1,
    domain: { zone: 'dev.shop.example', zoneId: 'Z0000000000000000DEV', api: 'api.dev.shop.example' },
    cluster: {
      publicEndpointCidrs: ['203.0.113.0/24'],
      serviceCidr: '172.20.0.0/16',
      administratorRoleArn: 'arn:aws:iam::111111111111:role/platform-administrator',
    },
    database: {
      engine: 'aurora-serverless',
      minCapacity: 0.5,
      maxCapacity: 4,
      readers: 0,
      maxConnections: 400,
      backupDays: 7,
    },
    kafka: { brokers: { kind: 'standard', instanceType: 'kafka.t3.small', storageGiB: 50 } },
    notifier: { minimumPollers: 1, maximumPollers: 2, mailFrom: 'orders@dev.shop.example' },
    paymentProviderUrl: 'https://sandbox.payments.example',
    retainData: false,
    logRetentionDays: 30,
    monthlyBudgetUsd: 1_200,
    alarmEmail: 'platform@shop.example',
    gcp: {
      cidr: '10.60.0.0/16',
      asn: 64_620,
      project: 'shop-analytics-dev',
      projectNumber: '111111111111',
      region: 'asia-south1',
      zone: 'asia-south1-a',
      billingAccount: '012345-6789AB-CDEF01',
      monthlyBudgetUsd: 700,
      stateBucket: 'shop-analytics-dev-terraform-state',
      cluster: { masterType: 'n2-standard-2', workerType: 'n2-standard-2', workerDiskGiB: 100 },
      resultsRetentionDays: 1,
    },
    awsAsn: 64_512,
    github: 'shop-example/cloud-ecommerce-platform',
  },
  prod: {
    name: 'prod',
    account: '222222222222',
    region: 'ap-south-1',
    availabilityZones: ['ap-south-1a', 'ap-south-1b', 'ap-south-1c'],
    vpcCidr: '10.30.0.0/16',
    natGateways: 3,
    domain: { zone: 'shop.example', zoneId: 'Z000000000000000PROD', api: 'api.shop.example' },
    cluster: {
      publicEndpointCidrs: [],
      serviceCidr: '172.20.0.0/16',
      administratorRoleArn: 'arn:aws:iam::222222222222:role/platform-administrator',
    },
    database: {
      engine: 'aurora-serverless',
      minCapacity: 1,
      maxCapacity: 16,
      readers: 1,
      maxConnections: 1_000,
      backupDays: 14,
    },
    kafka: { brokers: { kind: 'express', instanceType: 'express.m7g.large' } },
    notifier: { minimumPollers: 1, maximumPollers: 4, mailFrom: 'orders@shop.example' },
    paymentProviderUrl: 'https://payments.example',
    retainData: true,
    logRetentionDays: 365,
    monthlyBudgetUsd: 6_000,
    alarmEmail: 'platform@shop.example',
    gcp: {
      cidr: '10.70.0.0/16',
      asn: 64_620,
      project: 'shop-analytics-prod',
      projectNumber: '222222222222',
      region: 'asia-south1',
      zone: 'asia-south1-a',
      billingAccount: '012345-6789AB-CDEF01',
      monthlyBudgetUsd: 1_200,
      stateBucket: 'shop-analytics-prod-terraform-state',
      cluster: { masterType: 'n2-standard-4', workerType: 'n2-standard-4', workerDiskGiB: 200 },
      resultsRetentionDays: 400,
    },
    awsAsn: 64_512,
  },
};
