import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { SubnetType } from 'aws-cdk-lib/aws-ec2';
import {
  AccessEntryType,
  AccessPolicy,
  AccessScopeType,
  CfnAddon,
  Cluster,
  ClusterLoggingTypes,
  DefaultCapacityType,
  EndpointAccess,
  KubernetesVersion,
} from 'aws-cdk-lib/aws-eks-v2';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { clusterName, nodeRoleName, stackName } from '../naming.ts';
import { encryptionKey, removalOf } from './encryption.ts';
import { logKey } from './log-key.ts';

/** Kubernetes whose nodes AWS runs (Auto Mode). Nothing of ours has a hand inside it but the row's administrator role. */
export class ClusterStack extends Stack {
  readonly cluster: Cluster;
  /** The group that nodes and pods are in: whoever lets pods in names it. */
  readonly clientSecurityGroup: ISecurityGroup;

  constructor(scope: Construct, row: Environment, { vpc }: { readonly vpc: IVpc }) {
    super(scope, stackName(row, 'Cluster'), {
      env: { account: row.account, region: row.region },
      description: 'Kubernetes cluster in Auto Mode',
    });
    const logs = this.controlPlaneLogs(row);
    this.cluster = new Cluster(this, 'Cluster', {
      clusterName: clusterName(row),
      version: KubernetesVersion.V1_36,
      vpc,
      vpcSubnets: [{ subnetType: SubnetType.PRIVATE_WITH_EGRESS }],
      defaultCapacityType: DefaultCapacityType.AUTOMODE,
      compute: { nodePools: ['system', 'general-purpose'], nodeRole: this.nodeRole(row) },
      endpointAccess: endpointAccess(row.cluster.publicEndpointCidrs),
      secretsEncryptionKey: encryptionKey(this, row, 'Kubernetes secrets', 'SecretsKey'),
      clusterLogging: Object.values(ClusterLoggingTypes),
      serviceIpv4Cidr: row.cluster.serviceCidr,
      // Whoever deploys must not stay administrator; changing this replaces the cluster.
      bootstrapClusterCreatorAdminPermissions: false,
    });
    this.cluster.node.defaultChild?.node.addDependency(logs);
    this.clientSecurityGroup = this.cluster.clusterSecurityGroup;
    this.cluster.grantAccess(
      'Administrators',
      row.cluster.administratorRoleArn,
      [AccessPolicy.fromAccessPolicyName('AmazonEKSClusterAdminPolicy', { accessScopeType: AccessScopeType.CLUSTER })],
      { accessEntryType: AccessEntryType.STANDARD },
    );
    // What the autoscalers read. An add-on of L1, because the L2 would pin nothing more and wait for no node either.
    new CfnAddon(this, 'MetricsServer', { addonName: 'metrics-server', clusterName: this.cluster.clusterName });
  }

  /** Nodes register themselves and pull images only; the CDK's own role may describe instances and volumes too. */
  private nodeRole(row: Environment): Role {
    return new Role(this, 'NodeRole', {
      roleName: nodeRoleName(row),
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
      managedPolicies: ['AmazonEKSWorkerNodeMinimalPolicy', 'AmazonEC2ContainerRegistryPullOnly'].map((name) =>
        ManagedPolicy.fromAwsManagedPolicyName(name),
      ),
    });
  }

  /** EKS makes this group itself otherwise: unencrypted, and kept forever. */
  private controlPlaneLogs(row: Environment): LogGroup {
    return new LogGroup(this, 'ControlPlaneLogs', {
      logGroupName: `/aws/eks/${clusterName(row)}/cluster`,
      encryptionKey: logKey(this, 'LogKey', row),
      retention: row.logRetentionDays,
      removalPolicy: removalOf(row),
    });
  }
}

/** Private, unless the row names ranges that may also reach it from outside. */
const endpointAccess = (cidrs: readonly string[]): EndpointAccess =>
  cidrs.length === 0 ? EndpointAccess.PRIVATE : EndpointAccess.PUBLIC_AND_PRIVATE.onlyFrom(...cidrs);
