import { rmSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { memoryDirectory } from '../harness/memory-directory.ts';

/** A directory that goes away with the test. */
export function temporaryDirectory(): string {
  const dir = memoryDirectory('local-test');
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
