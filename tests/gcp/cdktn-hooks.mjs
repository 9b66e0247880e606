import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

/** What `"cdktf": "npm:cdktn@0.24.0"` in package.json would do, from a folder where that is installed. */
const folder = process.env.CDKTN_FOLDER ?? '';
const installed = createRequire(`${folder}/package.json`);

registerHooks({
  resolve(specifier, context, next) {
    // Constructs come with it, too: two copies of them would not know each other.
    if (/^(cdktf|constructs)(\/|$)/.test(specifier) && !context.parentURL?.startsWith(pathToFileURL(folder).href))
      return { url: pathToFileURL(installed.resolve(specifier)).href, format: 'commonjs', shortCircuit: true };
    return next(specifier, context);
  },
});
