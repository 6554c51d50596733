import { registerHooks } from 'node:module';

/**
 * `node --import tests/support/typescript-hooks.mjs <file>.ts` runs a program of the tests from the sources:
 * Node strips the types, and this finds `x.ts` where `x.js` is imported.
 */
registerHooks({
  resolve(specifier, context, nextResolve) {
    const isOurs = specifier.startsWith('.') && !context.parentURL?.includes('/node_modules/');
    return nextResolve(isOurs ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});
