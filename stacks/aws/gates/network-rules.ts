import type { Rule } from './rule.ts';
import { at, list, on, type Properties } from './template.ts';

const balancer = ['AWS::ElasticLoadBalancingV2::LoadBalancer'];

const attribute = (properties: Properties, key: string): unknown =>
  list(properties.LoadBalancerAttributes)
    .filter((one) => at(one, 'Key') === key)
    .map((one) => at(one, 'Value'))[0];

const worldOpen = (rule: unknown): boolean =>
  [at(rule, 'CidrIp'), at(rule, 'CidrIpv6')].some((range) => range === '0.0.0.0/0' || range === '::/0');
const webOnly = (rule: unknown): boolean =>
  at(rule, 'FromPort') === at(rule, 'ToPort') && [80, 443].includes(Number(at(rule, 'FromPort')));

/** What the internet reaches: HTTPS at the load balancer, nothing else. */
export const networkRules = [
  {
    id: 'Platform-NET1',
    says: 'The internet may reach a port other than 80 and 443.',
    types: ['AWS::EC2::SecurityGroup', 'AWS::EC2::SecurityGroupIngress'],
    broken: (properties, { Type }) =>
      (Type === 'AWS::EC2::SecurityGroup' ? list(properties.SecurityGroupIngress) : [properties]).some(
        (rule) => worldOpen(rule) && !webOnly(rule),
      ),
  },
  {
    id: 'Platform-NET2',
    says: 'A subnet gives everything in it an address on the internet.',
    types: ['AWS::EC2::Subnet'],
    broken: ({ MapPublicIpOnLaunch }) => on(MapPublicIpOnLaunch),
  },
  {
    id: 'Platform-NET3',
    says: 'Nobody records which connections the network took.',
    types: ['AWS::EC2::VPC'],
    broken: (_, __, template, logicalId) =>
      !Object.values(template.Resources ?? {}).some(
        (other) => other.Type === 'AWS::EC2::FlowLog' && at(other, 'Properties.ResourceId.Ref') === logicalId,
      ),
  },
  {
    id: 'Platform-ELB1',
    says: 'The load balancer answers over HTTP with something else than a redirect.',
    types: ['AWS::ElasticLoadBalancingV2::Listener'],
    broken: ({ Protocol, DefaultActions }) =>
      Protocol === 'HTTP' && list(DefaultActions).some((action) => at(action, 'Type') !== 'redirect'),
  },
  {
    id: 'Platform-ELB2',
    says: 'The load balancer still speaks TLS older than 1.2, or leaves the choice to the default.',
    types: ['AWS::ElasticLoadBalancingV2::Listener'],
    broken: ({ Protocol, SslPolicy }) => Protocol === 'HTTPS' && !/TLS13-1-[23]-/.test(String(SslPolicy)),
  },
  {
    id: 'Platform-ELB3',
    says: 'The load balancer hands on headers that are no headers.',
    types: balancer,
    broken: (properties) => !on(attribute(properties, 'routing.http.drop_invalid_header_fields.enabled')),
  },
  {
    id: 'Platform-ELB4',
    says: 'A public load balancer stands without a web application firewall.',
    types: balancer,
    broken: ({ Scheme }, _, template, logicalId) =>
      Scheme === 'internet-facing' &&
      !Object.values(template.Resources ?? {}).some(
        (other) =>
          other.Type === 'AWS::WAFv2::WebACLAssociation' && at(other, 'Properties.ResourceArn.Ref') === logicalId,
      ),
  },
  {
    id: 'Platform-ELB5',
    says: 'The load balancer keeps no access log.',
    types: balancer,
    broken: (properties) => !on(attribute(properties, 'access_logs.s3.enabled')),
  },
  {
    id: 'Platform-WAF1',
    says: 'The web application firewall limits nobody’s rate.',
    types: ['AWS::WAFv2::WebACL'],
    broken: ({ Rules }) => !list(Rules).some((rule) => at(rule, 'Statement.RateBasedStatement') !== undefined),
  },
] satisfies readonly Rule[];
