import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { platform } from '../../services/platform/platform.ts';
import { EdgeStack } from '../../stacks/aws/edge.ts';
import { rowApp } from './rows.ts';

const rows = ['dev', 'prod'] as const;
const template = (name: (typeof rows)[number], of = platform) => {
  const { app, row, vpc, clients } = rowApp(name);
  return Template.fromStack(new EdgeStack(app, row, { vpc, clients, of }));
};
const templates = { dev: template('dev'), prod: template('prod') };

describe.each(rows)('%s', (name) => {
  const { [name]: edge } = templates;

  test('the internet is answered over TLS 1.2 or newer, and HTTP only sends it there', () => {
    edge.resourceCountIs('AWS::ElasticLoadBalancingV2::Listener', 2);
    edge.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 443,
      Protocol: 'HTTPS',
      SslPolicy: Match.stringLikeRegexp('^ELBSecurityPolicy-TLS13-1-2-'),
      Certificates: [{ CertificateArn: { Ref: Match.stringLikeRegexp('^Certificate') } }],
    });
    edge.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 80,
      DefaultActions: [
        { Type: 'redirect', RedirectConfig: { Port: '443', Protocol: 'HTTPS', StatusCode: 'HTTP_301' } },
      ],
    });
  });

  test('the internet reaches ports 80 and 443 of the load balancer, and it only the gateway’s port of the pods', () => {
    const [group] = Object.values(edge.findResources('AWS::EC2::SecurityGroup'));
    const ports = (group?.Properties.SecurityGroupIngress ?? []).map((rule: { FromPort: number; ToPort: number }) => [
      rule.FromPort,
      rule.ToPort,
    ]);
    expect(ports.toSorted()).toEqual([
      [443, 443],
      [80, 80],
    ]);
    expect(group?.Properties.SecurityGroupEgress).toBeUndefined();
    const balancer = { 'Fn::GetAtt': [Match.stringLikeRegexp('^SecurityGroup'), 'GroupId'] };
    const pods = { 'Fn::ImportValue': Match.stringLikeRegexp('Clients') };
    edge.allResourcesProperties('AWS::EC2::SecurityGroupEgress', {
      GroupId: balancer,
      DestinationSecurityGroupId: pods,
      FromPort: 8080,
      ToPort: 8080,
      CidrIp: Match.absent(),
    });
    edge.allResourcesProperties('AWS::EC2::SecurityGroupIngress', {
      GroupId: pods,
      SourceSecurityGroupId: balancer,
      FromPort: 8080,
      ToPort: 8080,
      CidrIp: Match.absent(),
    });
  });

  test('a malformed request is refused, and every request is on record', () => {
    const attribute = (Key: string, Value: unknown) => Match.objectLike({ Key, Value });
    for (const one of [
      attribute('routing.http.drop_invalid_header_fields.enabled', 'true'),
      attribute('routing.http.desync_mitigation_mode', 'strictest'),
      attribute('access_logs.s3.enabled', 'true'),
      attribute('deletion_protection.enabled', String(name === 'prod')),
    ])
      edge.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
        Scheme: 'internet-facing',
        LoadBalancerAttributes: Match.arrayWith([one]),
      });
    edge.hasResourceProperties('AWS::S3::Bucket', {
      BucketName: Match.stringLikeRegexp(`^ecommerce-${name}-edge-access-logs-`),
      // The load balancer cannot write under a customer's key.
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    });
  });

  test('the target group is the one that the cluster binds by name and tag, drained like the pods', () => {
    edge.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      Name: `ecommerce-${name}-gateway`,
      TargetType: 'ip',
      Protocol: 'HTTP',
      Port: 8080,
      HealthCheckPath: '/readyz',
      Matcher: { HttpCode: '200' },
      Tags: Match.arrayWith([{ Key: 'eks:eks-cluster-name', Value: `ecommerce-${name}` }]),
      TargetGroupAttributes: Match.arrayWith([{ Key: 'deregistration_delay.timeout_seconds', Value: '30' }]),
    });
    edge.hasOutput('GatewayTargetGroupArn', { Value: { Ref: Match.stringLikeRegexp('^Gateway') } });
  });

  test('the firewall asks four managed groups and limits what one address may ask', () => {
    const [acl] = Object.values(edge.findResources('AWS::WAFv2::WebACL'));
    const rules: readonly { Statement: Record<string, { Name?: string; Limit?: number }>; Action?: unknown }[] =
      acl?.Properties.Rules;
    expect(rules.flatMap(({ Statement }) => Statement.ManagedRuleGroupStatement?.Name ?? [])).toEqual([
      'AWSManagedRulesAmazonIpReputationList',
      'AWSManagedRulesCommonRuleSet',
      'AWSManagedRulesKnownBadInputsRuleSet',
      'AWSManagedRulesSQLiRuleSet',
    ]);
    const limits = rules.filter(({ Statement }) => Statement.RateBasedStatement);
    expect(limits.map(({ Statement }) => Statement.RateBasedStatement?.Limit)).toEqual([2_000, 100]);
    for (const limit of limits) expect(limit.Action).toEqual({ Block: { CustomResponse: { ResponseCode: 429 } } });
    edge.hasResourceProperties('AWS::WAFv2::WebACLAssociation', {
      ResourceArn: { Ref: Match.stringLikeRegexp('^LoadBalancer') },
    });
  });

  test('the firewall logs what it refused, without tokens and cookies', () => {
    edge.hasResourceProperties('AWS::WAFv2::LoggingConfiguration', {
      RedactedFields: [{ SingleHeader: { Name: 'authorization' } }, { SingleHeader: { Name: 'cookie' } }],
      LoggingFilter: { DefaultBehavior: 'DROP' },
    });
    edge.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: `aws-waf-logs-ecommerce-${name}-edge`,
      KmsKeyId: Match.anyValue(),
    });
  });

  test('certificate and name are in the row’s zone, which is never looked up', () => {
    const api = name === 'prod' ? 'api.shop.example' : 'api.dev.shop.example';
    const HostedZoneId = name === 'prod' ? 'Z000000000000000PROD' : 'Z0000000000000000DEV';
    edge.hasResourceProperties('AWS::CertificateManager::Certificate', {
      DomainName: api,
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ DomainName: api, HostedZoneId }],
    });
    edge.hasResourceProperties('AWS::Route53::RecordSet', { Name: `${api}.`, Type: 'A', HostedZoneId });
  });
});

test('the port of the public service is written in its service.ts only', () => {
  const gateway = { ...platform.services['api-gateway'], port: 8099 };
  const of = { ...platform, services: { ...platform.services, 'api-gateway': gateway } };
  const edge = template('dev', of);
  edge.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', { Port: 8099 });
  edge.allResourcesProperties('AWS::EC2::SecurityGroupIngress', { FromPort: 8099, ToPort: 8099 });
  edge.allResourcesProperties('AWS::EC2::SecurityGroupEgress', { FromPort: 8099, ToPort: 8099 });
  expect(JSON.stringify(edge.toJSON())).not.toContain('8080');
});
