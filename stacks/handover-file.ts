import { readFileSync } from 'node:fs';

/** The text of a file that another stage wrote. Throws with the sentence `otherwise` when it cannot be read. */
export function handoverFile(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new Error(`${path} cannot be read. ${otherwise}`);
  }
}

/** A text as JSON. Throws with what writes such a file. */
export function jsonIn(text: string, path: string, written: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${path} is not JSON; write it with ${written}.`);
  }
}
