import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Names of all objects of a bucket, over the JSON API at `endpoint`. */
export async function objectsIn(endpoint: string, bucket: string): Promise<readonly string[]> {
  const names: string[] = [];
  let page = '';
  do {
    const response = await fetch(`${endpoint}/storage/v1/b/${bucket}/o?pageToken=${encodeURIComponent(page)}`);
    if (!response.ok) throw new Error(`${bucket} cannot be listed: ${await response.text()}`);
    const answer = (await response.json()) as { items?: readonly { name: string }[]; nextPageToken?: string };
    names.push(...(answer.items ?? []).map(({ name }) => name));
    page = answer.nextPageToken ?? '';
  } while (page !== '');
  return names;
}

/** Copies the objects that `folder` lacks into it, each as the file of its name; answers how many the bucket has. */
export async function copyObjects(endpoint: string, bucket: string, folder: string): Promise<number> {
  const names = await objectsIn(endpoint, bucket);
  for (const name of names) {
    const file = join(folder, name);
    if (existsSync(file)) continue;
    const response = await fetch(`${endpoint}/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}?alt=media`);
    if (!response.ok) throw new Error(`${bucket}/${name} cannot be read: ${await response.text()}`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, Buffer.from(await response.arrayBuffer()));
  }
  return names.length;
}
