import { type ITerraformDependable, TerraformProvider, TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { labelsOf } from './foundation.ts';

const metadata = { providerName: 'google-beta', providerVersion: '6.50.0' };

/** Service Directory and identities of Google's agents are in the second provider only, for which there are no types. */
export class BetaProvider extends TerraformProvider {
  readonly #row: Environment;

  constructor(scope: Construct, row: Environment) {
    super(scope, 'google-beta', {
      terraformResourceType: 'google-beta',
      terraformProviderSource: 'google-beta',
      terraformGeneratorMetadata: metadata,
    });
    this.#row = row;
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { project, region } = this.#row.gcp;
    return { project, region, default_labels: labelsOf(this.#row), add_terraform_attribution_label: false };
  }
}

/** A resource of that provider, with its attributes as Terraform calls them. */
export class BetaResource extends TerraformResource {
  readonly #attributes: Record<string, unknown>;

  constructor(
    scope: Construct,
    id: string,
    of: {
      readonly type: string;
      readonly provider: BetaProvider;
      readonly attributes: Record<string, unknown>;
      readonly dependsOn?: ITerraformDependable[];
    },
  ) {
    super(scope, id, {
      terraformResourceType: of.type,
      terraformGeneratorMetadata: metadata,
      provider: of.provider,
      ...(of.dependsOn && { dependsOn: of.dependsOn }),
    });
    this.#attributes = of.attributes;
  }

  get id(): string {
    return this.getStringAttribute('id');
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return this.#attributes;
  }
}
