import { randomBytes } from 'node:crypto';
import { container as rootContainer } from 'tsyringe';
import type { Logger } from 'pino';
import { ExportActivity } from '../application/activity/export-activity.js';
import { PurgeHistory } from '../application/activity/purge-history.js';
import { VerifyActivity } from '../application/activity/verify-activity.js';
import { VerifyExport } from '../application/activity/verify-export.js';
import { AddMember } from '../application/customer/add-member.js';
import { CreateCustomer } from '../application/customer/create-customer.js';
import { ProvisionDevice } from '../application/device/provision-device.js';
import { InProcessLiveBus } from '../infrastructure/in-process/in-process-live-bus.js';
import { InProcessRateLimiter } from '../infrastructure/in-process/in-process-rate-limiter.js';
import { CanonicalDigests } from '../infrastructure/signing/canonical-digests.js';
import { openSigningKeys } from '../infrastructure/signing/signing-keys.js';
import type { CliOperations, Finding, OperatorUseCases } from '../interfaces/cli/operations.js';
import { announce } from './announce.js';
import type { Config } from './config.js';
import { Lifecycle } from './lifecycle.js';
import { observe } from './observe.js';
import { openContainer } from './open-container.js';
import { prepareDatabase, providePostgres, visitDatabase } from './open-database.js';
import { openDispatch } from './open-dispatch.js';
import { openIdentity } from './open-identity.js';
import { keyOperations } from './operate-keys.js';
import { provideSigning } from './provide-signing.js';
import { provide, use } from './provide.js';
import * as port from './tokens.js';

/** What the command line can do, with stores that are open only while it does it. */
export function operatorOperations(configuration: () => Config, log: Logger): CliOperations {
  return {
    keys: keyOperations(configuration),
    migrate: () =>
      opened(async (lifecycle) => {
        const database = await visitDatabase(configuration(), log, lifecycle);
        return { applied: await prepareDatabase(database, log) };
      }),
    diagnose: () => diagnose(configuration(), log),
    withUseCases: (work) =>
      opened(async (lifecycle) => work(await openUseCases(configuration(), log, lifecycle))),
    verifyExport: (input) => new VerifyExport(new CanonicalDigests()).execute(input),
    makePassword: () => randomBytes(15).toString('base64url'),
  };
}

async function opened<Result>(work: (lifecycle: Lifecycle) => Promise<Result>): Promise<Result> {
  const lifecycle = new Lifecycle(() => undefined);
  try {
    return await work(lifecycle);
  } finally {
    await lifecycle.close();
  }
}

async function openUseCases(config: Config, log: Logger, lifecycle: Lifecycle): Promise<OperatorUseCases> {
  const { container } = await openContainer(config, log, lifecycle, visitDatabase);
  // To the gateways that share a Redis with it; those that do not look at the log by themselves.
  observe(container, [announce(container, lifecycle)], log);
  const identity = await openIdentity(config, container, log);
  const activity = use(container, port.ACTIVITY_LOG);
  return {
    addMember: use(container, AddMember),
    createCustomer: use(container, CreateCustomer),
    provisionDevice: use(container, ProvisionDevice),
    purgeHistory: use(container, PurgeHistory),
    createUser: identity.createUser,
    resetFactors: identity.resetFactors,
    exportActivity: new ExportActivity(activity),
    verifyActivity: new VerifyActivity(
      activity,
      use(container, port.DIGESTS),
      use(container, port.CLOCK),
      null,
    ),
  };
}

function diagnose(config: Config, log: Logger): Promise<readonly Finding[]> {
  return opened(async (lifecycle) => {
    const findings: Finding[] = [{ check: 'configuration', ok: true, detail: 'valid' }];
    const look = async (check: string, work: () => Promise<string>): Promise<void> => {
      findings.push(
        await work().then(
          (detail) => ({ check, ok: true, detail }),
          (error: unknown) => ({
            check,
            ok: false,
            detail: error instanceof Error ? error.message : String(error),
          }),
        ),
      );
    };
    const container = rootContainer.createChildContainer();
    // Whoever only looks has nothing to tell or to count, and the identity is looked at whether or not there is a dispatch store.
    provide(container, port.LIVE_BUS, () => new InProcessLiveBus());
    provide(container, port.RATE_LIMITER, () => new InProcessRateLimiter());
    await look('signing key', async () => {
      const keys = await openSigningKeys({
        grantSigningKey: config.GRANT_SIGNING_KEY,
        dataDir: config.DATA_DIR,
      });
      provideSigning(container, keys);
      await look('database', async () => {
        const database = await visitDatabase(config, log, lifecycle);
        await database.ping();
        const settings = { maxOpenCommands: config.MAX_OPEN_COMMANDS, idempotencyKeys: keys.idempotencyKeys };
        providePostgres(container, database, settings, lifecycle);
        await look('identity', async () => {
          const identity = await openIdentity(config, container, log);
          await identity.probe();
          return identity.mode;
        });
        return database.mode;
      });
      return `key id ${keys.signing.keyId}`;
    });
    await look('dispatch', async () => {
      const dispatch = await openDispatch(config, container, log, lifecycle);
      await dispatch.probe();
      return dispatch.mode;
    });
    return findings;
  });
}
