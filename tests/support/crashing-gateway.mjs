// A gateway that ends itself with SIGKILL at one exact point: `node crashing-gateway.mjs <point>`.
import 'reflect-metadata';
import { readConfig } from '../../dist/src/composition/config.js';
import { startGateway } from '../../dist/src/composition/gateway.js';
import { createLogger } from '../../dist/src/composition/logger.js';
import { provide } from '../../dist/src/composition/provide.js';
import * as port from '../../dist/src/composition/tokens.js';

const die = () => process.kill(process.pid, 'SIGKILL');
const never = () => new Promise(() => undefined);

/** What is replaced, and by what: the real thing does everything up to the point. */
const points = {
  // The proposal, or whatever was committed last, is on disk; the dispatch store never hears of it.
  'before-offer': (container) => {
    const dying = () => (die(), never());
    provide(container, port.DISPATCH_FOLLOWER, () => ({
      follow: dying,
      followRecord: dying,
      followDevice: dying,
    }));
  },
  // The ids are taken from the dispatch store; Postgres never confirms them.
  'before-confirm': (container) => {
    provide(container, port.COMMAND_LEDGER, () => ({ change: () => (die(), never()) }));
  },
  // The result is on disk; the dispatch store still holds the id.
  'before-drop': (container) => {
    const real = container.resolve(port.DISPATCH_FOLLOWER);
    provide(container, port.DISPATCH_FOLLOWER, () => ({
      follow: (commands, now) =>
        commands.some(({ finishedAt }) => finishedAt !== null)
          ? (die(), never())
          : real.follow(commands, now),
      followRecord: (ids) => real.followRecord(ids),
      followDevice: (id) => real.followDevice(id),
    }));
  },
};

const [point = ''] = process.argv.slice(2);
const config = readConfig(process.env);
await startGateway(config, createLogger(config.LOG_LEVEL, false), points[point]);
