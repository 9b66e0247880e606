export declare const flinkHome: string;
export declare const flinkJars: string;
export declare function fetchFlink(env: Readonly<Record<string, string | undefined>>): Promise<string | undefined>;
