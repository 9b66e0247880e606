import type { Rule } from './rule.ts';
import { at, list, on } from './template.ts';

const cluster = ['AWS::EKS::Cluster'];
const logTypes = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'];

/** EKS: the packs know the first generation of constructs only and pass these clusters unseen. */
export const clusterRules = [
  {
    id: 'Platform-EKS1',
    says: 'The endpoint of the cluster is open to every address.',
    types: cluster,
    broken: (properties) => {
      const vpc = at(properties, 'ResourcesVpcConfig');
      const open = at(vpc, 'EndpointPublicAccess');
      const ranges = list(at(vpc, 'PublicAccessCidrs'));
      return (open === undefined || on(open)) && (ranges.length === 0 || ranges.includes('0.0.0.0/0'));
    },
  },
  {
    id: 'Platform-EKS2',
    says: 'The cluster does not write all five kinds of control plane logs.',
    types: cluster,
    broken: (properties) => {
      const written = list(at(properties, 'Logging.ClusterLogging.EnabledTypes')).map((one) => at(one, 'Type'));
      return logTypes.some((type) => !written.includes(type));
    },
  },
  {
    id: 'Platform-EKS3',
    says: 'Secrets in the cluster are not encrypted with a key of this account.',
    types: cluster,
    broken: (properties) => !list(properties.EncryptionConfig).some((one) => at(one, 'Provider.KeyArn') !== undefined),
  },
  {
    id: 'Platform-EKS4',
    says: 'Who deploys becomes administrator of the cluster, or access is not by entries alone.',
    types: cluster,
    broken: (properties) =>
      at(properties, 'AccessConfig.AuthenticationMode') !== 'API' ||
      at(properties, 'AccessConfig.BootstrapClusterCreatorAdminPermissions') !== false,
  },
  {
    id: 'Platform-EKS5',
    says: 'The role of a pod may be taken by somebody else than a pod.',
    types: ['AWS::EKS::PodIdentityAssociation'],
    broken: ({ RoleArn, Namespace, ServiceAccount }, _, template) => {
      const role = template.Resources?.[String(at(RoleArn, 'Fn::GetAtt.0'))];
      if ([Namespace, ServiceAccount].some((name) => typeof name === 'string' && name.includes('*'))) return true;
      return list(at(role, 'Properties.AssumeRolePolicyDocument.Statement')).some(
        (statement) => at(statement, 'Principal.Service') !== 'pods.eks.amazonaws.com',
      );
    },
  },
] satisfies readonly Rule[];
