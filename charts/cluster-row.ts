import { type Environment, type EnvironmentName, environments, repository } from '../stacks/environments.ts';
import { databaseClusterName, gatewayTargetGroupName } from '../stacks/naming.ts';
import { type Images, imagesOf, placeholderDigest } from './images.ts';

/** What the cluster of an environment differs in: the overlay over what the charts say of all of them. */
export type ClusterRow = Environment & {
  readonly images: Images;
  /** Host of the registry that the digests are pulled from. */
  readonly registry: string;
  readonly logLevel: 'info' | 'debug';
  /** Output `GatewayTargetGroupArn` of the stack Edge: AWS makes up its end, and Auto Mode takes no name (containers-roadmap#2621). */
  readonly gatewayTargetGroupArn: string;
  /** Output `AdministratorSecretArn` of the stack Database: RDS makes up the name of the secret that it keeps. */
  readonly databaseAdministratorSecretArn: string;
  /** Where Argo CD reads the manifests. */
  readonly repository: { readonly url: string; readonly revision: string };
};

type Overlay = Omit<ClusterRow, keyof Environment | 'images' | 'registry'>;

/** Both ARNs end in zeros until the stacks are deployed: put the outputs of the stacks in (docs/deploy-aws.md). */
const undeployed = (row: Environment): Pick<Overlay, 'gatewayTargetGroupArn' | 'databaseAdministratorSecretArn'> => ({
  gatewayTargetGroupArn: `arn:aws:elasticloadbalancing:${row.region}:${row.account}:targetgroup/${gatewayTargetGroupName(row)}/0000000000000000`,
  databaseAdministratorSecretArn: `arn:aws:secretsmanager:${row.region}:${row.account}:secret:rds!cluster-00000000-0000-0000-0000-000000000000-000000`,
});

const overlays: Readonly<Record<EnvironmentName, Overlay>> = {
  dev: {
    logLevel: 'debug',
    ...undeployed(environments.dev),
    repository,
  },
  prod: {
    logLevel: 'info',
    ...undeployed(environments.prod),
    repository,
  },
};

/** The overlay over an environment's row. Throws when a value cannot be what it is for. */
export function clusterRow(environment: Environment, overlay: Overlay, images: Images): ClusterRow {
  const row: ClusterRow = {
    ...environment,
    ...overlay,
    images,
    registry: `${environment.account}.dkr.ecr.${environment.region}.amazonaws.com`,
  };
  const at = `${row.region}:${row.account}`;
  if (
    !new RegExp(`^arn:aws:elasticloadbalancing:${at}:targetgroup/${gatewayTargetGroupName(row)}/[0-9a-f]{16}$`).test(
      row.gatewayTargetGroupArn,
    )
  )
    throw new Error(
      `${row.name}: gatewayTargetGroupArn is not the ARN of ${gatewayTargetGroupName(row)} in this account and region.`,
    );
  if (
    !new RegExp(`^arn:aws:secretsmanager:${at}:secret:rds!(cluster|db)-[0-9a-f-]{36}-[0-9A-Za-z]{6}$`).test(
      row.databaseAdministratorSecretArn,
    )
  )
    throw new Error(
      `${row.name}: databaseAdministratorSecretArn is not the ARN of the secret of ${databaseClusterName(row)}.`,
    );
  return row;
}

export const clusterRows: Readonly<Record<EnvironmentName, ClusterRow>> = {
  dev: clusterRow(environments.dev, overlays.dev, imagesOf('dev')),
  prod: clusterRow(environments.prod, overlays.prod, imagesOf('prod')),
};

/** A host that belongs to nobody (RFC 2606), in an address of any kind. */
const example = /(^|[@./])[\w-]+\.example(?=$|[/:])/;

/** One sentence for each value of the row that is an example, or stands in for what a deploy makes. */
export const rowRefusals = (row: ClusterRow): readonly string[] => [
  ...(/^(\d)\1{11}$/.test(row.account)
    ? [`${row.name}: account ${row.account} in stacks/environments.ts is an example.`]
    : []),
  ...Object.entries({
    'repository.url': row.repository.url,
    'domain.zone': row.domain.zone,
    'domain.api': row.domain.api,
    paymentProviderUrl: row.paymentProviderUrl,
    alarmEmail: row.alarmEmail,
    'notifier.mailFrom': row.notifier.mailFrom,
  }).flatMap(([name, value]) => (example.test(value) ? [`${row.name}: ${name} is an example: ${value}.`] : [])),
  ...(row.gatewayTargetGroupArn.endsWith('/0000000000000000')
    ? [`${row.name}: gatewayTargetGroupArn is not the output of the stack Edge yet.`]
    : []),
  ...(row.databaseAdministratorSecretArn.endsWith('-000000')
    ? [`${row.name}: databaseAdministratorSecretArn is not the output of the stack Database yet.`]
    : []),
];

/** One sentence for each value that only stands in for what is yours, or a deploy or a build makes: empty when the row can be synced. */
export const deployRefusals = (row: ClusterRow): readonly string[] => [
  ...Object.entries(row.images)
    .filter(([, digest]) => digest === placeholderDigest)
    .map(([name]) => `${row.name}: charts/images/${row.name}.json has no built image of ${name}.`),
  ...rowRefusals(row),
];
