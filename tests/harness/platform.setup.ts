import { rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { startLocalPlatform } from '../../bin/local/platform.ts';
import { memoryDirectory } from './memory-directory.ts';
import { servePlatformControl } from './platform-control.ts';
import './provided.ts';
import { recordedUnits } from './recording.ts';

/** Starts the whole platform once for all end-to-end tests, on free ports, its data in memory where there is a memory disk. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = memoryDirectory('platform');
  const platform = await startLocalPlatform({
    dataDir,
    ports: 'free',
    environment: {},
    restart: 'never',
    extra: recordedUnits(dataDir),
  });
  const control = await servePlatformControl(platform);
  const { addresses, databases, credentials } = platform;
  // Vitest keeps the parts of paths that it was asked for, without a type.
  const { filenamePattern } = project.vitest as { readonly filenamePattern?: readonly string[] };
  const wholeRun = filenamePattern === undefined && project.vitest.config.testNamePattern === undefined;
  project.provide('platform', { dataDir, addresses, databases, credentials, control: control.endpoint, wholeRun });
  return async () => {
    await control.close();
    await platform.stopAll();
    rmSync(dataDir, { recursive: true, force: true });
  };
}
