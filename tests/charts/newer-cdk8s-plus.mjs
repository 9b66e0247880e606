import { registerHooks } from 'node:module';

/** What `npm:cdk8s-plus-33` under the other's name in package.json would do. */
registerHooks({
  resolve: (specifier, context, next) => next(specifier.replace(/^cdk8s-plus-27$/, 'cdk8s-plus-33'), context),
});
