import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { DependencyContainer } from 'tsyringe';
import { ListActivity } from '../application/activity/list-activity.js';
import { VerifyActivity } from '../application/activity/verify-activity.js';
import { ChangeApprovalPolicy } from '../application/approval/change-approval-policy.js';
import { GetApprovalPolicy } from '../application/approval/get-approval-policy.js';
import { ListApprovedCommands } from '../application/approval/list-approved-commands.js';
import { ListPendingApprovals } from '../application/approval/list-pending-approvals.js';
import { DecideCommand } from '../application/approval/decide-command.js';
import { RequestStandingGrant } from '../application/approval/request-standing-grant.js';
import { DecideStandingGrant } from '../application/approval/decide-standing-grant.js';
import { RevokeStandingGrant } from '../application/approval/revoke-standing-grant.js';
import { GetStandingGrant } from '../application/approval/get-standing-grant.js';
import { ListStandingGrants } from '../application/approval/list-standing-grants.js';
import { BreakGlass } from '../application/command/break-glass.js';
import { ListBreakGlass } from '../application/approval/list-break-glass.js';
import { ReviewBreakGlass } from '../application/approval/review-break-glass.js';
import { CancelCommand } from '../application/command/cancel-command.js';
import { ClaimCommands } from '../application/command/claim-commands.js';
import { ExplainCommand } from '../application/command/explain-command.js';
import { ExtendClaim } from '../application/command/extend-claim.js';
import { GetCommand } from '../application/command/get-command.js';
import { ListCommandTypes } from '../application/command/list-command-types.js';
import { ListCancelRequests } from '../application/command/list-cancel-requests.js';
import { ListCommands } from '../application/command/list-commands.js';
import { ProposeCommand } from '../application/command/propose-command.js';
import { RedriveCommand } from '../application/command/redrive-command.js';
import { ReleaseCommand } from '../application/command/release-command.js';
import { ReportProgress } from '../application/command/report-progress.js';
import { ReportResult } from '../application/command/report-result.js';
import { SettleCommand } from '../application/command/settle-command.js';
import { AuthenticateMember } from '../application/customer/authenticate-member.js';
import { AuthenticateServiceAccount } from '../application/customer/authenticate-service-account.js';
import { ChangeMember } from '../application/customer/change-member.js';
import { CreateApiKey } from '../application/customer/create-api-key.js';
import { EnrolMember } from '../application/customer/enrol-member.js';
import { ListApiKeys } from '../application/customer/list-api-keys.js';
import { ListMembers } from '../application/customer/list-members.js';
import { RemoveMember } from '../application/customer/remove-member.js';
import { RevokeApiKey } from '../application/customer/revoke-api-key.js';
import { AdmitHeartbeat } from '../application/device/admit-heartbeat.js';
import { AuthenticateDevice } from '../application/device/authenticate-device.js';
import { ChangeDeviceLifecycle } from '../application/device/change-device-lifecycle.js';
import { CheckDeviceSecret } from '../application/device/check-device-secret.js';
import { GetDevice } from '../application/device/get-device.js';
import { GetDeviceStatus } from '../application/device/get-device-status.js';
import { IssueActivationCode } from '../application/device/issue-activation-code.js';
import { ListDevices } from '../application/device/list-devices.js';
import { PauseDeviceQueue } from '../application/device/pause-device-queue.js';
import { ResumeDeviceQueue } from '../application/device/resume-device-queue.js';
import { ProvisionDevice } from '../application/device/provision-device.js';
import { RecordHeartbeat } from '../application/device/record-heartbeat.js';
import { RegisterDevice } from '../application/device/register-device.js';
import { RotateDeviceSecret } from '../application/device/rotate-device-secret.js';
import { SignInDevice } from '../application/device/sign-in-device.js';
import { SignOutDevice } from '../application/device/sign-out-device.js';
import { SignOutDeviceEverywhere } from '../application/device/sign-out-device-everywhere.js';
import { UpdateDevice } from '../application/device/update-device.js';
import { CloseSession } from '../application/session/close-session.js';
import { GetSession } from '../application/session/get-session.js';
import { ListSessions } from '../application/session/list-sessions.js';
import { ReadSessionTimeline } from '../application/session/read-session-timeline.js';
import { OpenSession } from '../application/session/open-session.js';
import { ProposeInSession } from '../application/command/propose-in-session.js';
import { AuthorizeTopics } from '../application/live/authorize-topics.js';
import { LiveHub } from '../application/live/live-hub.js';
import type { HttpServerOptions } from '../interfaces/http/http-server-options.js';
import type { SocketMeter } from '../interfaces/ws/socket-options.js';
import { rateRulesPerMinute } from '../interfaces/http/rate-rules.js';
import type { CustomerUseCases, DeviceUseCases } from '../interfaces/http/use-cases.js';
import { packageRoot, version } from './build-info.js';
import type { Config } from './config.js';
import { use } from './provide.js';
import { withRequestContext } from './request-context.js';
import * as port from './tokens.js';

/** What only the start of the gateway knows. */
export type HttpSurroundings = Pick<HttpServerOptions, 'probes' | 'localIdentity' | 'shutdown' | 'system'> & {
  readonly socketMeter: SocketMeter | null;
};

/** Which verbs each audience may call, and what else the HTTP door needs. */
export function httpOptions(
  container: DependencyContainer,
  config: Config,
  log: Logger,
  { socketMeter, ...surroundings }: HttpSurroundings,
): HttpServerOptions {
  const signer = use(container, port.GRANT_SIGNER);
  return {
    ...surroundings,
    device: deviceUseCases(container),
    customer: customerUseCases(container),
    rateLimiter: use(container, port.RATE_LIMITER),
    rateRules: rateRulesPerMinute({
      device: config.RATE_DEVICE_PER_MINUTE,
      user: config.RATE_USER_PER_MINUTE,
      signInPerDevice: config.RATE_SIGN_IN_PER_DEVICE,
      signInPerAddress: config.RATE_SIGN_IN_PER_ADDRESS,
    }),
    idempotency: use(container, port.IDEMPOTENCY_RECORDS),
    digests: use(container, port.DIGESTS),
    ids: use(container, port.IDS),
    clock: use(container, port.CLOCK),
    grantKeys: signer,
    version,
    faultsPage: readFileSync(join(packageRoot(), 'docs', 'faults.md'), 'utf8'),
    logger: log,
    // Where nobody would see the line, nothing is made for it.
    requestLogShare: log.isLevelEnabled('info') ? config.LOG_REQUESTS : null,
    timeouts: {
      keepAliveMs: config.KEEP_ALIVE_TIMEOUT_MS,
      headersMs: config.HEADERS_TIMEOUT_MS,
      requestMs: config.REQUEST_TIMEOUT_MS,
    },
    sockets: {
      pingMs: config.SOCKET_PING_MS,
      signInMs: 5_000,
      meter: socketMeter,
      bus: use(container, port.LIVE_BUS),
      connections: use(container, port.DEVICE_CONNECTIONS),
      mostPerCustomer: config.SOCKETS_PER_CUSTOMER,
      live: {
        hub: use(container, LiveHub),
        authorizeTopics: use(container, AuthorizeTopics),
        signIns: use(container, port.SIGN_IN_LIVENESS),
      },
    },
    trustProxy: config.TRUST_PROXY,
    corsOrigins: config.CORS_ORIGINS,
    portal: {
      folder: join(packageRoot(), 'dist', 'portal'),
      identityUrl: config.SUPABASE_URL ?? null,
      publishableKey: config.SUPABASE_PUBLISHABLE_KEY ?? null,
    },
    withRequestContext,
  };
}

const deviceUseCases = (container: DependencyContainer): DeviceUseCases => ({
  authenticateDevice: use(container, AuthenticateDevice),
  admitHeartbeat: use(container, AdmitHeartbeat),
  registerDevice: use(container, RegisterDevice),
  checkDeviceSecret: use(container, CheckDeviceSecret),
  signInDevice: use(container, SignInDevice),
  signOutDevice: use(container, SignOutDevice),
  rotateDeviceSecret: use(container, RotateDeviceSecret),
  recordHeartbeat: use(container, RecordHeartbeat),
  claimCommands: use(container, ClaimCommands),
  listCancelRequests: use(container, ListCancelRequests),
  extendClaim: use(container, ExtendClaim),
  reportProgress: use(container, ReportProgress),
  releaseCommand: use(container, ReleaseCommand),
  reportResult: use(container, ReportResult),
});

const customerUseCases = (container: DependencyContainer): CustomerUseCases => ({
  authenticateMember: use(container, AuthenticateMember),
  authenticateServiceAccount: use(container, AuthenticateServiceAccount),
  listDevices: use(container, ListDevices),
  getDevice: use(container, GetDevice),
  getDeviceStatus: use(container, GetDeviceStatus),
  provisionDevice: use(container, ProvisionDevice),
  updateDevice: use(container, UpdateDevice),
  issueActivationCode: use(container, IssueActivationCode),
  changeDeviceLifecycle: use(container, ChangeDeviceLifecycle),
  pauseDeviceQueue: use(container, PauseDeviceQueue),
  resumeDeviceQueue: use(container, ResumeDeviceQueue),
  signOutDeviceEverywhere: use(container, SignOutDeviceEverywhere),
  proposeCommand: use(container, ProposeCommand),
  listCommands: use(container, ListCommands),
  getCommand: use(container, GetCommand),
  cancelCommand: use(container, CancelCommand),
  redriveCommand: use(container, RedriveCommand),
  settleCommand: use(container, SettleCommand),
  explainCommand: use(container, ExplainCommand),
  listCommandTypes: use(container, ListCommandTypes),
  openSession: use(container, OpenSession),
  listSessions: use(container, ListSessions),
  getSession: use(container, GetSession),
  readSessionTimeline: use(container, ReadSessionTimeline),
  closeSession: use(container, CloseSession),
  proposeInSession: use(container, ProposeInSession),
  listApprovedCommands: use(container, ListApprovedCommands),
  listPendingApprovals: use(container, ListPendingApprovals),
  decideCommand: use(container, DecideCommand),
  listActivity: use(container, ListActivity),
  verifyActivity: use(container, VerifyActivity),
  listMembers: use(container, ListMembers),
  enrolMember: use(container, EnrolMember),
  changeMember: use(container, ChangeMember),
  removeMember: use(container, RemoveMember),
  listApiKeys: use(container, ListApiKeys),
  createApiKey: use(container, CreateApiKey),
  revokeApiKey: use(container, RevokeApiKey),
  getApprovalPolicy: use(container, GetApprovalPolicy),
  changeApprovalPolicy: use(container, ChangeApprovalPolicy),
  breakGlass: use(container, BreakGlass),
  listBreakGlass: use(container, ListBreakGlass),
  reviewBreakGlass: use(container, ReviewBreakGlass),
  requestStandingGrant: use(container, RequestStandingGrant),
  decideStandingGrant: use(container, DecideStandingGrant),
  revokeStandingGrant: use(container, RevokeStandingGrant),
  getStandingGrant: use(container, GetStandingGrant),
  listStandingGrants: use(container, ListStandingGrants),
});
