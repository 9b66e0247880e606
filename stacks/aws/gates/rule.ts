import type { Properties, Resource, Template } from './template.ts';

/** What the whole platform refuses and no pack looks at: a row of a table, decided on the synthesized resource alone. */
export type Rule = {
  readonly id: `Platform-${string}`;
  /** What is wrong, as a sentence without its subject's name. */
  readonly says: string;
  readonly types: readonly string[];
  /** Whether this resource breaks the rule. `template` is the one that the resource is in. */
  readonly broken: (properties: Properties, resource: Resource, template: Template, logicalId: string) => boolean;
};

export type Break = {
  readonly rule: Rule['id'];
  readonly says: string;
  readonly logicalId: string;
  readonly type: string;
};

/** Every rule that a resource of the template breaks; order is that of the template. */
export const breaksOf = (rules: readonly Rule[], template: Template): readonly Break[] =>
  Object.entries(template.Resources ?? {}).flatMap(([logicalId, resource]) =>
    rules
      .filter(
        (rule) =>
          rule.types.includes(resource.Type) && rule.broken(resource.Properties ?? {}, resource, template, logicalId),
      )
      .map((rule) => ({ rule: rule.id, says: rule.says, logicalId, type: resource.Type })),
  );
