import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

/** A bug: in these files of the repository this text is replaced by that. */
export type Plant = readonly { readonly file: string; readonly text: string; readonly instead: string }[];

/**
 * Loaded with `--import` before a program of ours, plants the bug that PLANT describes (JSON) while its modules load; nothing on
 * disk changes. A text that is not found exactly once ends the program, so that a plant cannot silently stop to be one.
 */
const plant = JSON.parse(process.env.PLANT ?? '[]') as Plant;

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const edits = plant.filter(({ file }) => url.endsWith(`/${file}`));
    if (edits.length === 0) return loaded;
    let source = loaded.source?.toString() ?? readFileSync(fileURLToPath(url), 'utf8');
    for (const { file, text, instead } of edits) {
      if (source.split(text).length !== 2) {
        process.stderr.write(`planted bug: ${file} does not hold exactly once: ${text}\n`);
        process.exit(1);
      }
      source = source.replace(text, () => instead);
    }
    return { ...loaded, source };
  },
});
