import type { Plugin } from 'vitest/config';
import type { Plant } from './plant.ts';

/**
 * Plants the bug that PLANT describes (JSON, see plant.ts) into the modules that tests load; nothing on disk changes. A text
 * that is not found exactly once is an error, so that a plant cannot silently stop to be one.
 */
export function plantingPlugin(description: string | undefined): Plugin {
  const plant = description ? (JSON.parse(description) as Plant) : [];
  return {
    name: 'planted-bug',
    enforce: 'pre',
    transform(code, id) {
      const edits = plant.filter(({ file }) => id.endsWith(`/${file}`));
      if (edits.length === 0) return undefined;
      return edits.reduce((source, { file, text, instead }) => {
        if (source.split(text).length !== 2) throw new Error(`${file} does not hold exactly once: ${text}`);
        return source.replace(text, () => instead);
      }, code);
    },
  };
}
