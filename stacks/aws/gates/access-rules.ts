import type { Rule } from './rule.ts';
import { at, list, type Properties } from './template.ts';

/** Actions that AWS lets nobody narrow to a resource (Service Authorization Reference). */
const withoutResource: ReadonlySet<string> = new Set([
  'ecr:GetAuthorizationToken',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
]);
const reads = /^[a-z0-9-]+:(BatchGet|Describe|Get|Head|List|Lookup|Query|Scan|Search|View)/;

type Statement = Properties;

const statementsOf = (properties: Properties): readonly Statement[] =>
  [properties.PolicyDocument, ...list(properties.Policies).map((policy) => at(policy, 'PolicyDocument'))].flatMap(
    (document) => list(at(document, 'Statement')) as readonly Statement[],
  );

const allows = ({ Effect }: Statement): boolean => Effect === 'Allow';
const anything = (value: unknown): boolean => list(value).includes('*');

const identityPolicies = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::Role'];
const resourcePolicies = [
  'AWS::S3::BucketPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::SecretsManager::ResourcePolicy',
  'AWS::MSK::ClusterPolicy',
  'AWS::ECR::Repository',
  'AWS::ECR::RegistryPolicy',
  'AWS::KMS::Key',
];

/** Who may do what: no writing to everything, no whole services, nobody unknown. */
export const accessRules = [
  {
    id: 'Platform-IAM1',
    says: 'A policy lets its holder write to every resource.',
    types: identityPolicies,
    broken: (properties) =>
      statementsOf(properties).some(
        (statement) =>
          allows(statement) &&
          anything(statement.Resource) &&
          list(statement.Action).some((action) => !withoutResource.has(String(action)) && !reads.test(String(action))),
      ),
  },
  {
    id: 'Platform-IAM2',
    says: 'A policy allows every action of a service.',
    types: identityPolicies,
    broken: (properties) =>
      statementsOf(properties).some(
        (statement) => allows(statement) && list(statement.Action).some((action) => /^\*$|:\*$/.test(String(action))),
      ),
  },
  {
    id: 'Platform-IAM3',
    says: 'Anybody may take the role.',
    types: ['AWS::IAM::Role'],
    broken: (properties) =>
      list(at(properties, 'AssumeRolePolicyDocument.Statement')).some(
        (statement) => anything(at(statement, 'Principal')) || anything(at(statement, 'Principal.AWS')),
      ),
  },
  {
    id: 'Platform-IAM4',
    says: 'The resource lets anybody in.',
    types: resourcePolicies,
    broken: (properties) =>
      [
        properties.PolicyDocument,
        properties.KeyPolicy,
        properties.RepositoryPolicyText,
        properties.PolicyText,
        properties.Policy,
      ]
        .flatMap((document) => list(at(document, 'Statement')) as readonly Statement[])
        .some(
          (statement) =>
            allows(statement) &&
            statement.Condition === undefined &&
            (anything(statement.Principal) || anything(at(statement.Principal, 'AWS'))),
        ),
  },
  {
    id: 'Platform-IAM5',
    says: 'A policy allows all but what it names.',
    types: identityPolicies,
    broken: (properties) =>
      statementsOf(properties).some(
        (statement) => allows(statement) && (statement.NotAction !== undefined || statement.NotResource !== undefined),
      ),
  },
] satisfies readonly Rule[];
