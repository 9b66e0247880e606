import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { jars } from '../../../analytics/dataproc/release.ts';
import { pinnedJar } from '../../../bin/analytics/pinned-jars.ts';
import type { FlinkSettings } from '../../../bin/local/engines/flink-config.ts';

const cache = join(import.meta.dirname, '../../../.cache/analytics-jars');
const place = 'plugins/';

/** Fills `folder` with the plugins that Dataproc's master gets, the same jars; FLINK_PLUGINS_DIR may name it afterwards. */
export function installPlugins(folder: string, env: NodeJS.ProcessEnv): void {
  mkdirSync(cache, { recursive: true });
  for (const jar of jars.filter((one) => one.place.startsWith(place))) {
    const plugin = join(folder, jar.place.slice(place.length));
    mkdirSync(plugin, { recursive: true });
    symlinkSync(pinnedJar(jar, cache, env), join(plugin, jar.file));
  }
}

/** Of the script that submits the job on Dataproc, what concerns results; and who answers here instead of Google, without a login. */
export const storageSettings = (endpoint: string, temporaryBucket: string): FlinkSettings => ({
  'gs.writer.temporary.bucket.name': temporaryBucket,
  'state.backend.type': 'hashmap',
  'gs.storage.root.url': endpoint,
  'fs.gs.auth.null.enable': true,
  'fs.gs.auth.service.account.enable': false,
});
