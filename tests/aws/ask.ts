/** Asks a service's own API of the emulator, which reads the service off the credential scope and checks no signature. */
export function asking(endpoint: string, region: string) {
  const scope = (service: string) =>
    `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=none`;

  async function ask(service: string, path: string, init: RequestInit = {}): Promise<string> {
    const headers = new Headers(init.headers);
    headers.set('authorization', scope(service));
    const response = await fetch(`${endpoint}${path}`, { ...init, headers, signal: AbortSignal.timeout(10_000) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${service} ${path}: ${response.status} ${text.slice(0, 300)}`);
    return text;
  }

  return {
    /** JSON 1.0 or 1.1 APIs: DynamoDB, ECR, KMS. */
    json: async (service: string, target: string, body: unknown, version = '1.0') =>
      JSON.parse(
        await ask(service, '/', {
          method: 'POST',
          headers: { 'x-amz-target': target, 'content-type': `application/x-amz-json-${version}` },
          body: JSON.stringify(body),
        }),
      ),
    /** The values of an element in the answer of a query API. */
    query: async (service: string, parameters: Record<string, string>, element: string) => {
      const body = new URLSearchParams(parameters);
      return elements(await ask(service, '/', { method: 'POST', body }), element);
    },
    get: async (service: string, path: string) => ask(service, path),
  };
}

/** The texts of all elements of that name. */
export const elements = (xml: string, name: string): readonly string[] =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text]) => text ?? '');
