import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { secretNames } from '../../services/platform/names.ts';
import { platform } from '../../services/platform/platform.ts';
import { awsApp } from '../../stacks/aws/app.ts';
import { ParametersStack } from '../../stacks/aws/parameters.ts';
import { environments } from '../../stacks/environments.ts';

const row = environments.prod;
const stack = new ParametersStack(awsApp([row]), row, {
  cluster: { cluster: { clusterName: 'ecommerce-prod', clusterOpenIdConnectIssuerUrl: 'https://oidc.example/id/1' } },
  database: {
    server: {
      endpoint: { hostname: 'db.example', port: 5432 },
      secret: { secretArn: 'arn:administrator', encryptionKey: { keyArn: 'arn:key' } },
    },
  },
  streaming: { iamBootstrap: 'b-1.example:9098,b-2.example:9098' },
});
const template = Template.fromStack(stack);
const properties = (type: string) => Object.values(template.findResources(type)).map((one) => one.Properties);
const parameters = Object.fromEntries(properties('AWS::SSM::Parameter').map((one) => [one.Name, one.Value]));
const services = Object.values(platform.services);

test('every variable of every service that is no secret is a parameter under a name known beforehand', () => {
  expect(Object.keys(parameters).sort()).toEqual(
    services
      .flatMap(({ name, environment }) =>
        Object.entries(environment)
          .filter(([, binding]) => binding.kind !== 'secret')
          .map(([variable]) => `/ecommerce-prod/${name}/${variable}`),
      )
      .sort(),
  );
});

test('what a service finds there is where things are', () => {
  expect(parameters).toMatchObject({
    '/ecommerce-prod/api-gateway/ORDER_SERVICE_URL': 'http://order-service.ecommerce.svc.cluster.local:8003',
    '/ecommerce-prod/user-service/DATABASE_URL': 'postgres://user_service@db.example:5432/user_database',
    '/ecommerce-prod/product-service/DATABASE_URL': 'postgres://product_service@db.example:5432/product_database',
    '/ecommerce-prod/order-service/ORDERS_TABLE': 'ecommerce-orders',
    '/ecommerce-prod/order-service/ORDERS_TOPIC': 'orders.v1',
    '/ecommerce-prod/order-service/KAFKA_BROKERS': 'b-1.example:9098,b-2.example:9098',
    '/ecommerce-prod/order-service/SERVICE_JWKS_URL': 'https://oidc.example/id/1/keys',
    '/ecommerce-prod/payment-service/PAYMENT_PROVIDER_URL': row.paymentProviderUrl,
  });
});

test('no parameter carries a password', () => {
  const urls = Object.values(parameters).filter((value) => URL.canParse(value));
  expect(urls.filter((value) => new URL(value).password !== '')).toEqual([]);
});

test('every secret has its place, under a customer key, and no value in the template', () => {
  const secrets = properties('AWS::SecretsManager::Secret');
  expect(secrets.map((one) => one.Name).sort()).toEqual(secretNames.map((name) => `ecommerce-prod/${name}`).sort());
  for (const one of secrets)
    expect(one).toMatchObject({
      GenerateSecretString: {},
      KmsKeyId: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] },
    });
  expect(secrets.filter((one) => one.SecretString !== undefined)).toEqual([]);
});

test('the operator reads these parameters and secrets by name, and writes nothing', () => {
  const [policy] = properties('AWS::IAM::ManagedPolicy');
  const statements: { Sid: string; Action: string | string[]; Resource: unknown[] }[] =
    policy?.PolicyDocument.Statement;
  expect(new Set(statements.flatMap((one) => one.Action))).toEqual(
    new Set(['secretsmanager:GetSecretValue', 'kms:Decrypt', 'ssm:GetParameter', 'ssm:GetParameters']),
  );
  expect(JSON.stringify(statements)).not.toContain('*');
  expect(statements.find((one) => one.Sid === 'Parameters')?.Resource).toHaveLength(Object.keys(parameters).length);
  template.hasResourceProperties('AWS::EKS::PodIdentityAssociation', {
    Namespace: 'external-secrets',
    ServiceAccount: 'external-secrets',
  });
});
