import type { Writable } from 'node:stream';
import { pino } from 'pino';
import { DecideCommand } from '../../../src/application/approval/decide-command.js';
import { CancelCommand } from '../../../src/application/command/cancel-command.js';
import { ClaimCommands } from '../../../src/application/command/claim-commands.js';
import { CommandDrafter } from '../../../src/application/command/command-drafter.js';
import { ExplainCommand } from '../../../src/application/command/explain-command.js';
import { ExtendClaim } from '../../../src/application/command/extend-claim.js';
import { GetCommand } from '../../../src/application/command/get-command.js';
import { ListCommandTypes } from '../../../src/application/command/list-command-types.js';
import { ListCommands } from '../../../src/application/command/list-commands.js';
import { ProposeCommand } from '../../../src/application/command/propose-command.js';
import { RedriveCommand } from '../../../src/application/command/redrive-command.js';
import { ReleaseCommand } from '../../../src/application/command/release-command.js';
import { ReportProgress } from '../../../src/application/command/report-progress.js';
import { ReportResult } from '../../../src/application/command/report-result.js';
import { AuthenticateMember } from '../../../src/application/customer/authenticate-member.js';
import { AuthenticateDevice } from '../../../src/application/device/authenticate-device.js';
import { ChangeDeviceLifecycle } from '../../../src/application/device/change-device-lifecycle.js';
import { GetDeviceStatus } from '../../../src/application/device/get-device-status.js';
import { GetDevice } from '../../../src/application/device/get-device.js';
import { IssueActivationCode } from '../../../src/application/device/issue-activation-code.js';
import { ListDevices } from '../../../src/application/device/list-devices.js';
import { ProvisionDevice } from '../../../src/application/device/provision-device.js';
import { RecordHeartbeat } from '../../../src/application/device/record-heartbeat.js';
import { RegisterDevice } from '../../../src/application/device/register-device.js';
import { RotateDeviceSecret } from '../../../src/application/device/rotate-device-secret.js';
import { SignInDevice } from '../../../src/application/device/sign-in-device.js';
import { SignOutDeviceEverywhere } from '../../../src/application/device/sign-out-device-everywhere.js';
import { SignOutDevice } from '../../../src/application/device/sign-out-device.js';
import { UpdateDevice } from '../../../src/application/device/update-device.js';
import type { IdentityVerifier } from '../../../src/application/ports/identity-verifier.js';
import type { MemberDirectory } from '../../../src/application/ports/member-directory.js';
import { generalFaults } from '../../../src/domain/shared/general-faults.js';
import { commandTypes } from '../../../src/infrastructure/catalogue/command-types.js';
import { ZodCommandCatalogue } from '../../../src/infrastructure/catalogue/zod-command-catalogue.js';
import { InProcessDeviceTokens } from '../../../src/infrastructure/in-process/in-process-device-tokens.js';
import { InProcessDispatchQueue } from '../../../src/infrastructure/in-process/in-process-dispatch-queue.js';
import { InProcessPresence } from '../../../src/infrastructure/in-process/in-process-presence.js';
import { InProcessRateLimiter } from '../../../src/infrastructure/in-process/in-process-rate-limiter.js';
import { InProcessWakeUps } from '../../../src/infrastructure/in-process/in-process-wake-ups.js';
import { CanonicalDigests } from '../../../src/infrastructure/signing/canonical-digests.js';
import { HmacClaimTokens } from '../../../src/infrastructure/signing/hmac-claim-tokens.js';
import { NodeSecrets } from '../../../src/infrastructure/signing/node-secrets.js';
import { UuidIds } from '../../../src/infrastructure/signing/uuid-ids.js';
import type { HttpServer } from '../../../src/interfaces/http/http-server.js';
import { buildHttpServer } from '../../../src/interfaces/http/http-server.js';
import type { HttpServerOptions } from '../../../src/interfaces/http/http-server-options.js';
import { defaultRateRules } from '../../../src/interfaces/http/rate-rules.js';
import { away } from './away.js';
import { RememberedAnswers } from './remembered-answers.js';

export const annsToken = 'the.token.of-ann';
export const ann = '018f2b6e-0000-7000-8000-00000000000a';
export const acme = '018f2b6e-0000-7000-8000-0000000000ac';

const clock = { now: () => new Date() };
const secrets = new NodeSecrets();
const ids = new UuidIds();
const digests = new CanonicalDigests();
const claimTokens = new HmacClaimTokens(Buffer.alloc(32));

/** One person, who belongs to one customer. */
const members: MemberDirectory = {
  membershipsOf: () =>
    Promise.resolve([{ customerId: acme, customerName: 'Acme', name: 'Ann', role: 'admin' }]),
  addCustomer: () => Promise.resolve(),
  putMember: () => Promise.resolve(),
};

const identities: IdentityVerifier = {
  verify: (token) =>
    token === annsToken
      ? Promise.resolve({
          userId: ann,
          email: 'ann@example.com',
          aal: 'aal1',
          sessionId: null,
          expiresAt: new Date(Date.now() + 3_600_000),
        })
      : Promise.reject(generalFaults.unauthenticated()),
};

export interface Door {
  readonly app: HttpServer;
  readonly options: HttpServerOptions;
  /** A token of a device that is signed in. */
  readonly deviceToken: string;
  readonly stop: () => void;
}

/**
 * The real door and the real verbs on the in-process dispatch, with the record away: whatever needs Postgres
 * answers 503, so that what comes before it can be looked at alone.
 */
export async function openDoor(changes: Partial<HttpServerOptions> = {}, logTo?: Writable): Promise<Door> {
  const tokens = new InProcessDeviceTokens(clock);
  const deviceToken = secrets.deviceToken();
  await tokens.put(
    secrets.hash(deviceToken),
    { deviceId: 'kiosk-1', customerId: acme, tokenGeneration: 1 },
    { idleMs: 60_000, lifeMs: 60_000 },
  );
  const shutdown = new AbortController();
  const options: HttpServerOptions = {
    device: deviceVerbs(tokens),
    customer: customerVerbs(tokens),
    rateLimiter: new InProcessRateLimiter(),
    rateRules: defaultRateRules,
    idempotency: new RememberedAnswers(),
    digests,
    ids,
    clock,
    publicKeys: () => ({ keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'public' }] }),
    probes: {
      database: () => Promise.resolve(),
      dispatch: () => Promise.resolve(),
      identity: () => Promise.resolve(),
    },
    version: '1.2.3',
    faultsPage: '# Problems\n\n## `internal`\n\nA <mistake>.\n',
    logger: logTo === undefined ? pino({ level: 'silent' }) : pino({ level: 'info' }, logTo),
    timeouts: { keepAliveMs: 65_000, headersMs: 66_000, requestMs: 50_000 },
    trustProxy: false,
    corsOrigins: ['https://portal.example.com'],
    localIdentity: null,
    shutdown: shutdown.signal,
    withRequestId: (_requestId, proceed) => {
      proceed();
    },
    ...changes,
  };
  const stop = (): void => {
    shutdown.abort();
  };
  return { app: buildHttpServer(options), options, deviceToken, stop };
}

function deviceVerbs(tokens: InProcessDeviceTokens): HttpServerOptions['device'] {
  const queue = new InProcessDispatchQueue(clock);
  return {
    authenticateDevice: new AuthenticateDevice(tokens, secrets),
    registerDevice: new RegisterDevice(away(), secrets, tokens, away()),
    signInDevice: new SignInDevice(away(), secrets, tokens),
    signOutDevice: new SignOutDevice(tokens, secrets),
    rotateDeviceSecret: new RotateDeviceSecret(away(), secrets),
    recordHeartbeat: new RecordHeartbeat(new InProcessPresence(), queue, away(), clock),
    claimCommands: new ClaimCommands(
      queue,
      away(),
      away(),
      new InProcessWakeUps(),
      away(),
      secrets,
      ids,
      clock,
    ),
    extendClaim: new ExtendClaim(away(), claimTokens, away()),
    reportProgress: new ReportProgress(away(), claimTokens),
    releaseCommand: new ReleaseCommand(away(), claimTokens, away()),
    reportResult: new ReportResult(away(), claimTokens, digests, away()),
  };
}

function customerVerbs(tokens: InProcessDeviceTokens): HttpServerOptions['customer'] {
  const catalogue = new ZodCommandCatalogue(commandTypes);
  const drafter = new CommandDrafter(catalogue, digests, away(), clock);
  return {
    authenticateMember: new AuthenticateMember(identities, members),
    listDevices: new ListDevices(away(), away(), clock),
    getDevice: new GetDevice(away(), away(), clock),
    getDeviceStatus: new GetDeviceStatus(away(), away(), away(), clock),
    provisionDevice: new ProvisionDevice(away(), secrets, ids),
    updateDevice: new UpdateDevice(away()),
    issueActivationCode: new IssueActivationCode(away(), secrets),
    changeDeviceLifecycle: new ChangeDeviceLifecycle(away(), tokens, away()),
    signOutDeviceEverywhere: new SignOutDeviceEverywhere(away(), tokens),
    proposeCommand: new ProposeCommand(away(), drafter, away(), away()),
    listCommands: new ListCommands(away()),
    getCommand: new GetCommand(away()),
    cancelCommand: new CancelCommand(away(), away()),
    redriveCommand: new RedriveCommand(away(), away(), drafter, away(), away()),
    explainCommand: new ExplainCommand(away(), away(), away()),
    listCommandTypes: new ListCommandTypes(catalogue),
    decideCommand: new DecideCommand(away(), away(), away()),
  };
}
