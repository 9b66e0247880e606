import { readFileSync } from 'node:fs';
import { CfnResource, type IPolicyValidationPlugin, type PolicyViolation, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { platformRules } from './platform-rules.ts';
import { breaksOf } from './rule.ts';
import type { Template } from './template.ts';

/** Our own rules as a check of the synthesis; it looks at the templates as they will be deployed. */
export const platformPlugin: IPolicyValidationPlugin = {
  name: 'Platform',
  validate({ appConstruct, stackTemplates }) {
    const violations: PolicyViolation[] = stackTemplates.flatMap(({ stackConstructPath, templatePath }) => {
      const template = JSON.parse(readFileSync(templatePath, 'utf8')) as Template;
      const breaks = breaksOf(platformRules, template);
      const paths = breaks.length === 0 ? new Map() : pathsOf(appConstruct, stackConstructPath);
      return breaks.map(({ rule, says, logicalId }) => ({
        ruleName: rule,
        description: says,
        violatingResources: [{ constructPath: paths.get(logicalId), locations: ['Properties'] }],
      }));
    });
    return { success: violations.length === 0, violations };
  },
};

/** Construct paths of a stack's resources by their logical ids. */
function pathsOf(root: IConstruct, stackPath: string): ReadonlyMap<string, string> {
  const stack = root.node.findAll().find((node) => Stack.isStack(node) && node.node.path === stackPath);
  const resources = (stack?.node.findAll() ?? []).filter((node) => CfnResource.isCfnResource(node));
  return new Map(resources.map((node) => [String(Stack.of(node).resolve(node.logicalId)), node.node.path]));
}
