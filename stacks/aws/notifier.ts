import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Duration, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { notificationLambda } from '../../services/notification-lambda/service.ts';
import type { Environment } from '../environments.ts';
import { functionName, stackName } from '../naming.ts';
import { bundledCode } from './bundled-code.ts';
import { removalOf } from './encryption.ts';
import { functionEnvironment } from './function-environment.ts';
import { type Grant, grantsOf } from './grants.ts';
import { logKey } from './log-key.ts';
import { createMailSender } from './mail-sender.ts';
import { watchNotifier } from './notifier-alarms.ts';
import { feedFromKafka } from './notifier-event-source.ts';
import { kafkaPlaces, type PlaceDependencies, tablePlaces } from './places.ts';
import { statementOf } from './pod-role.ts';

/** The function that mails buyers about their orders, from its real bundle, and what feeds it. */
export class NotifierStack extends Stack {
  readonly fn: LambdaFunction;

  constructor(
    scope: Construct,
    row: Environment,
    deps: {
      readonly streaming: PlaceDependencies['streaming'];
      readonly tables: PlaceDependencies['tables'];
    },
  ) {
    super(scope, stackName(row, 'Notifier'), {
      env: { account: row.account, region: row.region },
      description: 'The function that mails buyers about their orders, and its event source',
    });
    const log = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${functionName(row, 'notification-lambda')}`,
      encryptionKey: logKey(this, 'LogKey', row),
      retention: row.logRetentionDays,
      removalPolicy: removalOf(row),
    });
    this.fn = this.#function(row, log);
    for (const grant of this.#grants(row, deps)) this.fn.addToRolePolicy(statementOf(grant));
    const mapping = feedFromKafka(this, row, { fn: this.fn, clusterArn: deps.streaming.clusterArn });
    watchNotifier(this, row, { fn: this.fn, mapping, log });
  }

  #grants(row: Environment, deps: Pick<PlaceDependencies, 'streaming' | 'tables'>): readonly Grant[] {
    return grantsOf(notificationLambda, {
      ...tablePlaces(row, deps.tables),
      ...kafkaPlaces(row, deps.streaming),
      databaseLogin(database) {
        throw new Error(`notification-lambda has no way to ${database}: it is outside the VPC.`);
      },
    });
  }

  #function(row: Environment, log: LogGroup): LambdaFunction {
    const role = new Role(this, 'Role', {
      description: 'What notification-lambda may do',
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    log.grantWrite(role);
    role.addToPolicy(createMailSender(this, row));
    return new LambdaFunction(this, 'Function', {
      functionName: functionName(row, 'notification-lambda'),
      description: 'Mails buyers about their orders',
      code: bundledCode('services/notification-lambda/handler.ts'),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      // Half a processor: the time goes into waiting for DynamoDB and SES.
      memorySize: 512,
      timeout: Duration.seconds(60),
      tracing: Tracing.ACTIVE,
      role,
      logGroup: log,
      environment: {
        ...functionEnvironment(notificationLambda.environment, row),
        // The vocabulary's address is the local one; here it has to be of a domain that the row owns.
        MAIL_FROM: row.notifier.mailFrom,
        LOG_LEVEL: 'info',
        NODE_OPTIONS: '--enable-source-maps',
      },
    });
  }
}
