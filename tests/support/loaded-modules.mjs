import { writeSync } from 'node:fs';
import { registerHooks } from 'node:module';

/** To be given to Node by `--import`: tells on standard output of every module that is loaded, imported or required. */
registerHooks({
  load(url, context, nextLoad) {
    writeSync(1, `loaded ${url}\n`);
    return nextLoad(url, context);
  },
});
