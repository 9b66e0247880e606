export declare function fetchJars(
  name: string,
  pom: string,
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined>;
