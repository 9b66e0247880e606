/** A synthesized template, as far as rules and comparisons look into it. */
export type Template = {
  readonly Resources?: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
  readonly [section: string]: unknown;
};

export type Resource = {
  readonly Type: string;
  readonly Properties?: Properties;
  readonly DeletionPolicy?: string;
  readonly [attribute: string]: unknown;
};

export type Properties = Readonly<Record<string, unknown>>;

/** The value at a dotted path; `undefined` where the path ends early. An intrinsic function is a value like any other. */
export function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (inner, key) =>
        typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined,
      value,
    );
}

/** A list as it is, one thing as a list of one, nothing as an empty list: IAM and CloudFormation allow either. */
export const list = (value: unknown): readonly unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];

/** True for `true` and `'true'`: CloudFormation takes both. */
export const on = (value: unknown): boolean => value === true || value === 'true';
