type Environment = Readonly<Record<string, string | undefined>>;
type Missing = { readonly kind: 'missing'; readonly sentence: string };

export declare function findJava(
  env: Environment,
): { readonly kind: 'found'; readonly command: string; readonly version: number } | Missing;
export declare function findMaven(env: Environment): { readonly kind: 'found'; readonly command: string } | Missing;
