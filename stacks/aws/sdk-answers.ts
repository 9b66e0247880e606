import { type IRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { AwsCustomResource, AwsCustomResourcePolicy, Logging, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import type { Environment } from '../environments.ts';

/**
 * Calls of AWS APIs at deploy, for what CloudFormation does not tell about its own resources. One function per stack makes
 * them; its role may do only what the calls name.
 */
export class SdkAnswers extends Construct {
  readonly #role: IRole;
  readonly #logGroup: LogGroup;

  constructor(scope: Construct, id: string, row: Environment, logKey: IKey) {
    super(scope, id);
    this.#logGroup = new LogGroup(this, 'Log', {
      encryptionKey: logKey,
      retention: row.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.#role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.#logGroup.grantWrite(this.#role);
  }

  /**
   * Makes one call when the stack is created and whenever `subject` changes; only `outputs` of its answer are kept, since an
   * answer may be 4 KiB at most. `action` is the API's own spelling, such as `GetBootstrapBrokers`.
   */
  read(
    id: string,
    call: {
      readonly service: string;
      readonly action: string;
      readonly parameters: Record<string, unknown>;
      readonly outputs: readonly string[];
      readonly subject: string;
      readonly permission: { readonly action: string; readonly resource: string };
    },
  ): AwsCustomResource {
    return new AwsCustomResource(this, id, {
      onUpdate: {
        service: call.service,
        action: call.action,
        parameters: call.parameters,
        outputPaths: [...call.outputs],
        physicalResourceId: PhysicalResourceId.of(call.subject),
        // Answers may hold what a log must not.
        logging: Logging.withDataHidden(),
      },
      policy: AwsCustomResourcePolicy.fromStatements([
        new PolicyStatement({ actions: [call.permission.action], resources: [call.permission.resource] }),
      ]),
      role: this.#role,
      logGroup: this.#logGroup,
      // The SDK in the runtime will do; the newest would be downloaded at every deploy.
      installLatestAwsSdk: false,
    });
  }
}
