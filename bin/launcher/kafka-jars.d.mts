export declare const kafkaHome: string;
export declare const kafkaJars: string;
export declare function fetchKafka(env: Readonly<Record<string, string | undefined>>): Promise<string | undefined>;
