import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clusterRows } from '../../charts/cluster-row.ts';
import { kubernetesVersion } from '../../charts/kubernetes.ts';
import { databasePort, kafkaPort } from '../../charts/ports.ts';
import { isolatedSubnets, publicSubnets } from '../../charts/subnets.ts';
import { environmentNames } from '../../stacks/environments.ts';
import { aclJob } from '../../stacks/naming.ts';
import { within } from './network/semantics.ts';
import { object, ofKind, podTemplates } from './objects.ts';

type Tag = { readonly Key: string; readonly Value: unknown };
type Properties = Readonly<Record<string, unknown>> & { readonly Tags?: readonly Tag[] };

/** The properties of all resources of a type in a committed template. */
function deployed(environment: string, stack: string, type: string): readonly Properties[] {
  const file = join(import.meta.dirname, `../../stacks/snapshots/${environment}/${stack}.json`);
  const { Resources } = JSON.parse(readFileSync(file, 'utf8')) as {
    Resources: Record<string, { Type: string; Properties: Properties }>;
  };
  return Object.values(Resources).flatMap((one) => (one.Type === type ? [one.Properties] : []));
}
const tagged = (tags: Readonly<Record<string, string>>) => (one: Properties) =>
  Object.entries(tags).every(([key, value]) => one.Tags?.some((tag) => tag.Key === key && tag.Value === value));

describe.each(environmentNames)('in %s, what the stacks make and the manifests name agree:', (environment) => {
  const nodeClass = object(environment, 'NodeClass', 'ecommerce').spec as {
    role: string;
    subnetSelectorTerms: { tags: Record<string, string> }[];
    securityGroupSelectorTerms: unknown;
  };

  test('the version of Kubernetes', () => {
    expect(deployed(environment, 'Cluster', 'AWS::EKS::Cluster').map(({ Version }) => Version)).toEqual([
      kubernetesVersion,
    ]);
  });

  test('the role of the nodes and the group of the cluster', () => {
    const [cluster] = deployed(environment, 'Cluster', 'AWS::EKS::Cluster');
    expect(deployed(environment, 'Cluster', 'AWS::IAM::Role').map(({ RoleName }) => RoleName)).toContain(
      nodeClass.role,
    );
    expect(nodeClass.securityGroupSelectorTerms).toEqual([{ tags: { 'aws:eks:cluster-name': cluster?.Name } }]);
  });

  test('where names are answered, and the ports of the database and of the brokers', () => {
    const [cluster] = deployed(environment, 'Cluster', 'AWS::EKS::Cluster');
    const range = clusterRows[environment].cluster.serviceCidr;
    expect(cluster?.KubernetesNetworkConfig).toMatchObject({ ServiceIpv4Cidr: range });
    expect(deployed(environment, 'Database', 'AWS::RDS::DBCluster').map(({ Port }) => Port)).toEqual([databasePort]);
    const gates = deployed(environment, 'Streaming', 'AWS::EC2::SecurityGroupIngress');
    expect(gates.filter(({ Description }) => Description === 'pods').map(({ FromPort }) => FromPort)).toEqual([
      kafkaPort,
    ]);
  });

  test('the subnets of the nodes: the three private ones', () => {
    const subnets = deployed(environment, 'Network', 'AWS::EC2::Subnet').filter(
      tagged(nodeClass.subnetSelectorTerms[0]?.tags ?? {}),
    );
    expect(subnets).toHaveLength(3);
    expect(subnets.every(tagged({ 'aws-cdk:subnet-type': 'Private' }))).toBe(true);
  });

  test('the subnets of the load balancer and of the stores, which policies open; no node has an address in them', () => {
    const subnets = deployed(environment, 'Network', 'AWS::EC2::Subnet');
    const rangesOf = (type: string) =>
      subnets.filter(tagged({ 'aws-cdk:subnet-type': type })).map(({ CidrBlock }) => CidrBlock);
    const row = clusterRows[environment];
    expect(rangesOf('Public')).toEqual(publicSubnets(row));
    expect(rangesOf('Isolated')).toEqual(isolatedSubnets(row));
    const opened = ofKind(environment, 'NetworkPolicy').flatMap(({ spec }) =>
      [...JSON.stringify(spec).matchAll(/"cidr":"([^"]+)"/g)].map(([, cidr]) => cidr ?? ''),
    );
    expect(new Set(opened.filter((cidr) => within(cidr.split('/')[0] ?? '', row.vpcCidr)))).toEqual(
      new Set([...publicSubnets(row), ...isolatedSubnets(row)]),
    );
    const [balancer] = deployed(environment, 'Edge', 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    const [databases] = deployed(environment, 'Database', 'AWS::RDS::DBSubnetGroup');
    const [brokers] = deployed(environment, 'Streaming', 'AWS::MSK::Cluster');
    expect(JSON.stringify(balancer?.Subnets)).toMatch(/^(?!.*(Private|Isolated)).*Public/);
    expect(JSON.stringify(databases?.SubnetIds)).toMatch(/^(?!.*(Private|Public)Subnet).*Isolated/);
    expect(JSON.stringify(brokers?.BrokerNodeGroupInfo)).toMatch(/^(?!.*(Private|Public)Subnet).*Isolated/);
  });

  test('the target group and its port', () => {
    const binding = object(environment, 'TargetGroupBinding', 'api-gateway').spec as {
      serviceRef: { name: string; port: number };
      targetGroupARN: string;
      targetType: string;
    };
    const groups = deployed(environment, 'Edge', 'AWS::ElasticLoadBalancingV2::TargetGroup');
    expect(groups.map(({ Name, Port, TargetType }) => [Name, Port, TargetType])).toEqual([
      [binding.targetGroupARN.split('/')[1], binding.serviceRef.port, binding.targetType],
    ]);
    expect(groups.some((one) => one.Tags?.some(({ Key }) => Key === 'eks:eks-cluster-name'))).toBe(true);
    const { name, port } = binding.serviceRef;
    expect(object(environment, 'Service', name).spec?.ports).toContainEqual({
      name: 'http',
      port,
      protocol: 'TCP',
      targetPort: port,
    });
  });

  test('the service accounts that have a role, and the registry of the images', () => {
    const associated = deployed(environment, 'Identities', 'AWS::EKS::PodIdentityAssociation');
    expect(associated.map(({ Namespace, ServiceAccount }) => `${Namespace}/${ServiceAccount}`).toSorted()).toEqual(
      podTemplates(environment)
        .filter(([workload]) => workload in services(environment))
        .map(([, { spec }]) => `ecommerce/${spec.serviceAccountName}`)
        .toSorted(),
    );
    const repositories = deployed(environment, 'Registry', 'AWS::ECR::Repository').map(
      ({ RepositoryName }) => RepositoryName,
    );
    for (const [workload, { spec }] of podTemplates(environment))
      if (workload in services(environment))
        for (const { image } of spec.containers) {
          const [registry, ...repository] = (image.split('@')[0] ?? '').split('/');
          expect(registry).toBe(clusterRows[environment].registry);
          expect(repositories).toContain(repository.join('/'));
        }
  });
});

/** Workloads of services, and the job with a role of its own, by their name in `podTemplates`. */
const services = (environment: 'dev' | 'prod'): Readonly<Record<string, true>> =>
  Object.fromEntries(
    [...Object.keys(clusterRows[environment].images).map((name) => `Deployment ${name}`), `Job ${aclJob.name}`].map(
      (workload) => [workload, true as const],
    ),
  );
