import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { Arn, ArnFormat, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { webAclLogGroupName, webAclName } from '../naming.ts';
import { removalOf } from './encryption.ts';
import { logKey } from './log-key.ts';

/** What AWS keeps up to date, in the order in which it is asked: what costs least to refuse comes first. */
const managedGroups = [
  'AWSManagedRulesAmazonIpReputationList',
  'AWSManagedRulesCommonRuleSet',
  'AWSManagedRulesKnownBadInputsRuleSet',
  'AWSManagedRulesSQLiRuleSet',
] as const;

/** Requests of one address in five minutes: seven a second, ten times what a buyer's browser makes. */
export const requestsPerAddress = 2_000;
/** Attempts of one address in five minutes at what takes a password: a family behind one address never makes them. */
export const signInsPerAddress = 100;

const visible = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
  metricName,
  cloudWatchMetricsEnabled: true,
  sampledRequestsEnabled: true,
});

/** The web application firewall of the public address, and a log of what it refused (tokens and cookies left out). */
export function webAcl(scope: Construct, row: Environment): CfnWebACL {
  const acl = new CfnWebACL(scope, 'WebAcl', {
    name: webAclName(row),
    description: 'Requests to the API from the internet',
    scope: 'REGIONAL',
    defaultAction: { allow: {} },
    visibilityConfig: visible(webAclName(row)),
    rules: [...rateRules(), ...managedGroups.map(managedRule)],
  });
  const logGroup = new LogGroup(scope, 'WebAclLogs', {
    logGroupName: webAclLogGroupName(row),
    encryptionKey: logKey(scope, 'LogKey', row),
    retention: row.logRetentionDays,
    removalPolicy: removalOf(row),
  });
  const destination = Arn.format(
    {
      service: 'logs',
      resource: 'log-group',
      resourceName: logGroup.logGroupName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    },
    Stack.of(scope),
  );
  new CfnLoggingConfiguration(scope, 'WebAclLogging', {
    resourceArn: acl.attrArn,
    logDestinationConfigs: [destination],
    redactedFields: ['authorization', 'cookie'].map((name) => ({ singleHeader: { Name: name } })),
    loggingFilter: {
      DefaultBehavior: 'DROP',
      Filters: [
        {
          Behavior: 'KEEP',
          Requirement: 'MEETS_ANY',
          Conditions: ['BLOCK', 'COUNT'].map((Action) => ({ ActionCondition: { Action } })),
        },
      ],
    },
  });
  return acl;
}

function rateRules(): CfnWebACL.RuleProperty[] {
  const limit = (priority: number, name: string, perAddress: number, scopeDownStatement?: object) => ({
    name,
    priority,
    action: { block: { customResponse: { responseCode: 429 } } },
    visibilityConfig: visible(name),
    statement: {
      rateBasedStatement: {
        limit: perAddress,
        aggregateKeyType: 'IP',
        evaluationWindowSec: 300,
        ...(scopeDownStatement ? { scopeDownStatement } : {}),
      },
    },
  });
  return [
    limit(0, 'requests-per-address', requestsPerAddress),
    limit(1, 'sign-ins-per-address', signInsPerAddress, {
      byteMatchStatement: {
        fieldToMatch: { uriPath: {} },
        positionalConstraint: 'STARTS_WITH',
        searchString: '/api/v1/auth/',
        // Otherwise /api/v1/%61uth/login would not count.
        textTransformations: [
          { priority: 0, type: 'URL_DECODE' },
          { priority: 1, type: 'NORMALIZE_PATH' },
          { priority: 2, type: 'LOWERCASE' },
        ],
      },
    }),
  ];
}

const managedRule = (name: string, index: number): CfnWebACL.RuleProperty => ({
  name,
  priority: 10 + index,
  overrideAction: { none: {} },
  visibilityConfig: visible(name),
  statement: { managedRuleGroupStatement: { vendorName: 'AWS', name } },
});
