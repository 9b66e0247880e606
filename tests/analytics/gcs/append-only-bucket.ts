import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type AppendOnlyBucket = {
  readonly endpoint: string;
  /** How many objects were added to the bucket. */
  added(): number;
  /** What was refused: one line each. */
  refused(): readonly string[];
  /** Once it has added this many objects, the server can no longer be reached; Infinity: it can again. */
  breakAfter(objects: number): void;
  stop(): Promise<void>;
};

/**
 * Stands in front of a storage server and lets its clients do with `bucket` what the roles objectCreator and objectViewer allow on
 * Google's cloud: add objects and read them, and neither remove nor replace one. Other buckets are free. `server` is asked when a request comes,
 * because it must know this address before it has its own.
 */
export async function guardBucket(bucket: string, server: () => string): Promise<AppendOnlyBucket> {
  let added = 0;
  let limit = Infinity;
  const refused: string[] = [];
  const exists = async (object: string) =>
    (await fetch(`${server()}/storage/v1/b/${bucket}/o/${encodeURIComponent(object)}`)).ok;

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await incoming.toArray());
    if (added >= limit) throw new Error('not reached');
    const asked = `${incoming.method} ${incoming.url}`;
    const object = written(bucket, asked);
    const wrong = removes(bucket, asked, body) ?? (object !== undefined && (await exists(object)) ? asked : undefined);
    if (wrong) {
      refused.push(wrong);
      response.writeHead(403, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { code: 403, message: `storage.objects.delete is denied: ${wrong}` } }));
      return;
    }
    const { method, headers } = incoming;
    const onward = request(new URL(incoming.url ?? '/', server()), { method, headers }, (upstream) => {
      if (object !== undefined && upstream.statusCode === 200) added += 1;
      response.writeHead(upstream.statusCode ?? 502, upstream.headers);
      upstream.pipe(response);
    });
    onward.on('error', () => response.destroy());
    onward.end(body);
  }

  const proxy = createServer((incoming, response) => {
    // Its client may have been killed.
    answer(incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    added: () => added,
    refused: () => refused,
    breakAfter(objects) {
      limit = objects;
    },
    async stop() {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

/** The object of `bucket` that a request ("POST /…") would write, if it would. */
function written(bucket: string, asked: string): string | undefined {
  const copied = new RegExp(`^POST /storage/v1/b/.*/(?:rewriteTo|copyTo)/b/${bucket}/o/([^?]+)`).exec(asked)?.[1];
  const composed = new RegExp(`^POST /storage/v1/b/${bucket}/o/([^?]+)/compose`).exec(asked)?.[1];
  const uploaded = new RegExp(`^POST /upload/storage/v1/b/${bucket}/o\\?.*\\bname=([^&]+)`).exec(asked)?.[1];
  const name = copied ?? composed ?? uploaded;
  return name === undefined ? undefined : decodeURIComponent(name);
}

/** The request, or the one within a batch, that would remove or change an object of `bucket`. */
function removes(bucket: string, asked: string, body: Buffer): string | undefined {
  const change = new RegExp(`^(?:DELETE|PATCH|PUT) \\S*/storage/v1/b/${bucket}/o/\\S+`, 'm');
  return change.exec(asked)?.[0] ?? (asked.startsWith('POST /batch/') ? change.exec(String(body))?.[0] : undefined);
}
