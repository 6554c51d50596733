import type { DependencyContainer } from 'tsyringe';
import { ListActivity } from '../application/activity/list-activity.js';
import { PurgeHistory } from '../application/activity/purge-history.js';
import type { Retention } from '../application/activity/purge-history.js';
import { VerifyActivity } from '../application/activity/verify-activity.js';
import { ChangeApprovalPolicy } from '../application/approval/change-approval-policy.js';
import { GetApprovalPolicy } from '../application/approval/get-approval-policy.js';
import { KnownDevices } from '../application/command/known-devices.js';
import { KnownPolicies } from '../application/command/known-policies.js';
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
import { CommandDrafter } from '../application/command/command-drafter.js';
import { ExplainCommand } from '../application/command/explain-command.js';
import { ExtendClaim } from '../application/command/extend-claim.js';
import { GetCommand } from '../application/command/get-command.js';
import { ListCommandTypes } from '../application/command/list-command-types.js';
import { ListCancelRequests } from '../application/command/list-cancel-requests.js';
import { ListCommands } from '../application/command/list-commands.js';
import { ProposalRecorder } from '../application/command/proposal-recorder.js';
import { ProposeCommand } from '../application/command/propose-command.js';
import { RedriveCommand } from '../application/command/redrive-command.js';
import { ReleaseCommand } from '../application/command/release-command.js';
import { ReportProgress } from '../application/command/report-progress.js';
import { ReportResult } from '../application/command/report-result.js';
import { SettleCommand } from '../application/command/settle-command.js';
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
import { ReconcileDispatch } from '../application/dispatch/reconcile-dispatch.js';
import { StoreFollower } from '../application/dispatch/store-follower.js';
import { SweepDueCommands } from '../application/dispatch/sweep-due-commands.js';
import { provideCustomerUseCases } from './customer-use-cases.js';
import { provideLive } from './live.js';
import { provide, use } from './provide.js';
import * as port from './tokens.js';

/** Less than any request may take, and than a load balancer waits for an answer. */
const verifyLimitMs = 25_000;

/** Every verb, and what it needs. */
export function provideUseCases(container: DependencyContainer, retention: Retention): void {
  provide(container, PurgeHistory, (c) => new PurgeHistory(use(c, port.HISTORY), retention));
  provideActivity(container);
  provideDispatch(container);
  provideCommands(container);
  provideApprovals(container);
  provideDevices(container);
  provideCustomerUseCases(container);
  provideLive(container);
}

function provideActivity(container: DependencyContainer): void {
  provide(container, ListActivity, (c) => new ListActivity(use(c, port.ACTIVITY_LOG)));
  provide(
    container,
    VerifyActivity,
    (c) =>
      new VerifyActivity(use(c, port.ACTIVITY_LOG), use(c, port.DIGESTS), use(c, port.CLOCK), verifyLimitMs),
  );
}

function provideDispatch(container: DependencyContainer): void {
  provide(
    container,
    port.DISPATCH_FOLLOWER,
    (c) =>
      new StoreFollower(use(c, port.DISPATCH_QUEUE), use(c, port.WAKE_UPS), use(c, port.COMMAND_DEADLINES)),
  );
  provide(
    container,
    ReconcileDispatch,
    (c) =>
      new ReconcileDispatch(
        use(c, port.COMMAND_DEADLINES),
        use(c, port.DISPATCH_EPOCHS),
        use(c, port.DISPATCH_QUEUE),
        use(c, port.WAKE_UPS),
        use(c, port.IDS),
      ),
  );
  provide(
    container,
    SweepDueCommands,
    (c) =>
      new SweepDueCommands(
        use(c, port.DISPATCH_QUEUE),
        use(c, port.COMMAND_DEADLINES),
        use(c, port.COMMAND_LEDGER),
        use(c, port.DISPATCH_FOLLOWER),
      ),
  );
}

function provideCommands(container: DependencyContainer): void {
  // Whoever measures says it again.
  provide(container, port.CLAIM_METER, () => ({ unconfirmed: () => undefined }));
  provide(container, KnownPolicies, (c) => new KnownPolicies(use(c, port.APPROVAL_POLICIES)));
  provide(container, KnownDevices, (c) => new KnownDevices(use(c, port.DEVICE_DIRECTORY)));
  provide(
    container,
    CommandDrafter,
    (c) =>
      new CommandDrafter(
        use(c, port.COMMAND_CATALOGUE),
        use(c, port.DIGESTS),
        use(c, port.GRANT_SIGNER),
        use(c, port.CLOCK),
        use(c, KnownPolicies),
        use(c, KnownDevices),
      ),
  );
  provide(
    container,
    ProposalRecorder,
    (c) =>
      new ProposalRecorder(
        use(c, CommandDrafter),
        use(c, port.COMMAND_PROPOSALS),
        use(c, port.UNIT_OF_WORK),
        use(c, port.DISPATCH_FOLLOWER),
        use(c, port.GRANT_SIGNER),
      ),
  );
  provide(container, ProposeCommand, (c) => new ProposeCommand(use(c, ProposalRecorder)));
  provide(
    container,
    RedriveCommand,
    (c) => new RedriveCommand(use(c, port.COMMAND_RECORDS), use(c, ProposalRecorder)),
  );
  provide(
    container,
    ClaimCommands,
    (c) =>
      new ClaimCommands(
        use(c, port.DISPATCH_QUEUE),
        use(c, port.COMMAND_LEDGER),
        use(c, port.DISPATCH_FOLLOWER),
        use(c, port.WAKE_UPS),
        use(c, port.CLAIM_TOKENS),
        use(c, port.SECRETS),
        use(c, port.IDS),
        use(c, port.CLOCK),
        use(c, port.CLAIM_METER),
      ),
  );
  provideWrites(container);
  provide(container, GetCommand, (c) => new GetCommand(use(c, port.COMMAND_RECORDS)));
  provide(container, ListCommands, (c) => new ListCommands(use(c, port.COMMAND_RECORDS)));
  provide(container, ListCommandTypes, (c) => new ListCommandTypes(use(c, port.COMMAND_CATALOGUE)));
  provide(
    container,
    ExplainCommand,
    (c) =>
      new ExplainCommand(
        use(c, port.COMMAND_RECORDS),
        use(c, port.DEVICE_DIRECTORY),
        use(c, port.PRESENCE),
        use(c, port.MEMBER_ROLES),
      ),
  );
}

/** What changes a command that is there. */
function provideWrites(container: DependencyContainer): void {
  const ledger = (c: DependencyContainer) => use(c, port.COMMAND_LEDGER);
  const tokens = (c: DependencyContainer) => use(c, port.CLAIM_TOKENS);
  const follower = (c: DependencyContainer) => use(c, port.DISPATCH_FOLLOWER);
  provide(container, ExtendClaim, (c) => new ExtendClaim(ledger(c), tokens(c), follower(c)));
  provide(container, ReportProgress, (c) => new ReportProgress(ledger(c), tokens(c), use(c, port.LIVE_BUS)));
  provide(container, ReleaseCommand, (c) => new ReleaseCommand(ledger(c), tokens(c), follower(c)));
  provide(
    container,
    ReportResult,
    (c) => new ReportResult(ledger(c), tokens(c), use(c, port.DIGESTS), follower(c)),
  );
  provide(container, CancelCommand, (c) => new CancelCommand(ledger(c), follower(c)));
  provide(container, SettleCommand, (c) => new SettleCommand(ledger(c), follower(c)));
}

function provideApprovals(container: DependencyContainer): void {
  const work = (c: DependencyContainer) => use(c, port.UNIT_OF_WORK);
  const follower = (c: DependencyContainer) => use(c, port.DISPATCH_FOLLOWER);
  const liveness = (c: DependencyContainer) => use(c, port.SIGN_IN_LIVENESS);
  provide(
    container,
    DecideCommand,
    (c) => new DecideCommand(work(c), liveness(c), use(c, port.GRANT_SIGNER), follower(c)),
  );
  provide(container, ListApprovedCommands, (c) => new ListApprovedCommands(use(c, port.COMMAND_RECORDS)));
  provide(
    container,
    ListPendingApprovals,
    (c) => new ListPendingApprovals(use(c, port.COMMAND_RECORDS), use(c, port.MEMBER_ROLES)),
  );
  provide(container, GetApprovalPolicy, (c) => new GetApprovalPolicy(use(c, port.APPROVAL_POLICIES)));
  provide(container, ChangeApprovalPolicy, (c) => new ChangeApprovalPolicy(work(c), liveness(c)));
  provideStandingGrants(container);
  provide(
    container,
    BreakGlass,
    (c) =>
      new BreakGlass({
        drafter: use(c, CommandDrafter),
        work: work(c),
        signer: use(c, port.GRANT_SIGNER),
        follower: follower(c),
        liveness: liveness(c),
      }),
  );
  provide(container, ReviewBreakGlass, (c) => new ReviewBreakGlass(work(c), liveness(c)));
  provide(container, ListBreakGlass, (c) => new ListBreakGlass(use(c, port.BREAK_GLASS_REVIEWS)));
}

function provideStandingGrants(container: DependencyContainer): void {
  const work = (c: DependencyContainer) => use(c, port.UNIT_OF_WORK);
  const look = (c: DependencyContainer) =>
    [use(c, port.STANDING_GRANTS), use(c, port.MEMBER_ROLES), use(c, port.CLOCK)] as const;
  provide(
    container,
    RequestStandingGrant,
    (c) => new RequestStandingGrant(work(c), use(c, port.COMMAND_CATALOGUE), use(c, port.DIGESTS)),
  );
  provide(
    container,
    DecideStandingGrant,
    (c) => new DecideStandingGrant(work(c), use(c, port.SIGN_IN_LIVENESS)),
  );
  provide(container, RevokeStandingGrant, (c) => new RevokeStandingGrant(work(c)));
  provide(container, GetStandingGrant, (c) => new GetStandingGrant(...look(c)));
  provide(container, ListStandingGrants, (c) => new ListStandingGrants(...look(c)));
}

function provideDevices(container: DependencyContainer): void {
  const work = (c: DependencyContainer) => use(c, port.UNIT_OF_WORK);
  const secrets = (c: DependencyContainer) => use(c, port.SECRETS);
  const tokens = (c: DependencyContainer) => use(c, port.DEVICE_TOKENS);
  const directory = (c: DependencyContainer) => use(c, port.DEVICE_DIRECTORY);
  const presence = (c: DependencyContainer) => use(c, port.PRESENCE);
  const clock = (c: DependencyContainer) => use(c, port.CLOCK);
  provide(
    container,
    RegisterDevice,
    (c) =>
      new RegisterDevice(
        work(c),
        secrets(c),
        tokens(c),
        use(c, port.GRANT_SIGNER),
        use(c, port.DISPATCH_FOLLOWER),
      ),
  );
  provide(container, CheckDeviceSecret, (c) => new CheckDeviceSecret(work(c), secrets(c)));
  provide(container, SignInDevice, (c) => new SignInDevice(work(c), secrets(c), tokens(c)));
  provide(container, SignOutDevice, (c) => new SignOutDevice(tokens(c), secrets(c)));
  provide(container, AuthenticateDevice, (c) => new AuthenticateDevice(tokens(c), secrets(c)));
  provide(container, RotateDeviceSecret, (c) => new RotateDeviceSecret(work(c), secrets(c)));
  const records = (c: DependencyContainer) => use(c, port.COMMAND_RECORDS);
  const live = (c: DependencyContainer) => use(c, port.LIVE_BUS);
  provide(
    container,
    AdmitHeartbeat,
    (c) => new AdmitHeartbeat(tokens(c), secrets(c), records(c), clock(c), live(c)),
  );
  provide(container, RecordHeartbeat, (c) => new RecordHeartbeat(presence(c), records(c), clock(c), live(c)));
  provide(container, ListCancelRequests, (c) => new ListCancelRequests(records(c)));
  provide(container, ProvisionDevice, (c) => new ProvisionDevice(work(c), secrets(c), use(c, port.IDS)));
  provide(container, IssueActivationCode, (c) => new IssueActivationCode(work(c), secrets(c)));
  provide(
    container,
    ChangeDeviceLifecycle,
    (c) => new ChangeDeviceLifecycle(work(c), tokens(c), use(c, port.DISPATCH_FOLLOWER)),
  );
  const follower = (c: DependencyContainer) => use(c, port.DISPATCH_FOLLOWER);
  provide(container, PauseDeviceQueue, (c) => new PauseDeviceQueue(work(c), follower(c)));
  provide(container, ResumeDeviceQueue, (c) => new ResumeDeviceQueue(work(c), follower(c)));
  provide(container, SignOutDeviceEverywhere, (c) => new SignOutDeviceEverywhere(work(c), tokens(c)));
  provide(container, UpdateDevice, (c) => new UpdateDevice(work(c)));
  provide(container, GetDevice, (c) => new GetDevice(directory(c), presence(c), clock(c)));
  provide(container, ListDevices, (c) => new ListDevices(directory(c), presence(c), clock(c)));
  provide(
    container,
    GetDeviceStatus,
    (c) =>
      new GetDeviceStatus(directory(c), presence(c), records(c), use(c, port.SESSION_DIRECTORY), clock(c)),
  );
}
