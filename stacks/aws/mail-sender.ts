import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  Identity,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { prefix } from '../naming.ts';

/**
 * The domain that mails come from, proven by records in the row's zone (DKIM), with how they are sent. Answers what a sender
 * must be allowed to do: send as the row's address, as nobody else. Throws when the address is not of the row's domain.
 */
export function createMailSender(scope: Construct, row: Environment): PolicyStatement {
  const { mailFrom } = row.notifier;
  if (!mailFrom.endsWith(`@${row.domain.zone}`))
    throw new Error(
      `${row.name}: mails come from ${mailFrom}, which is no address of ${row.domain.zone}; SES would refuse to send them.`,
    );
  const configurationSet = new ConfigurationSet(scope, 'Sending', {
    configurationSetName: prefix(row),
    tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
    reputationMetrics: true,
    suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
  });
  const identity = new EmailIdentity(scope, 'Sender', {
    identity: Identity.publicHostedZone(
      PublicHostedZone.fromPublicHostedZoneAttributes(scope, 'Zone', {
        hostedZoneId: row.domain.zoneId,
        zoneName: row.domain.zone,
      }),
    ),
    configurationSet,
    mailFromDomain: `bounce.${row.domain.zone}`,
  });
  return new PolicyStatement({
    sid: 'SendAsTheShop',
    actions: ['ses:SendEmail'],
    resources: [
      identity.emailIdentityArn,
      Stack.of(scope).formatArn({
        service: 'ses',
        resource: 'configuration-set',
        resourceName: configurationSet.configurationSetName,
      }),
    ],
    conditions: { StringEquals: { 'ses:FromAddress': mailFrom } },
  });
}
