import type { ChangeApprovalPolicy } from '../../application/approval/change-approval-policy.js';
import type { GetApprovalPolicy } from '../../application/approval/get-approval-policy.js';
import type { ListPendingApprovals } from '../../application/approval/list-pending-approvals.js';
import type { DecideCommand } from '../../application/approval/decide-command.js';
import type { RequestStandingGrant } from '../../application/approval/request-standing-grant.js';
import type { DecideStandingGrant } from '../../application/approval/decide-standing-grant.js';
import type { RevokeStandingGrant } from '../../application/approval/revoke-standing-grant.js';
import type { GetStandingGrant } from '../../application/approval/get-standing-grant.js';
import type { ListStandingGrants } from '../../application/approval/list-standing-grants.js';
import type { BreakGlass } from '../../application/command/break-glass.js';
import type { ListBreakGlass } from '../../application/approval/list-break-glass.js';
import type { ReviewBreakGlass } from '../../application/approval/review-break-glass.js';
import type { CancelCommand } from '../../application/command/cancel-command.js';
import type { ClaimCommands } from '../../application/command/claim-commands.js';
import type { ExplainCommand } from '../../application/command/explain-command.js';
import type { ExtendClaim } from '../../application/command/extend-claim.js';
import type { GetCommand } from '../../application/command/get-command.js';
import type { ListCommandTypes } from '../../application/command/list-command-types.js';
import type { ListCommands } from '../../application/command/list-commands.js';
import type { ProposeCommand } from '../../application/command/propose-command.js';
import type { RedriveCommand } from '../../application/command/redrive-command.js';
import type { ReleaseCommand } from '../../application/command/release-command.js';
import type { ReportProgress } from '../../application/command/report-progress.js';
import type { ReportResult } from '../../application/command/report-result.js';
import type { SettleCommand } from '../../application/command/settle-command.js';
import type { AuthenticateMember } from '../../application/customer/authenticate-member.js';
import type { AuthenticateDevice } from '../../application/device/authenticate-device.js';
import type { ChangeDeviceLifecycle } from '../../application/device/change-device-lifecycle.js';
import type { GetDevice } from '../../application/device/get-device.js';
import type { GetDeviceStatus } from '../../application/device/get-device-status.js';
import type { IssueActivationCode } from '../../application/device/issue-activation-code.js';
import type { ListDevices } from '../../application/device/list-devices.js';
import type { PauseDeviceQueue } from '../../application/device/pause-device-queue.js';
import type { ResumeDeviceQueue } from '../../application/device/resume-device-queue.js';
import type { ProvisionDevice } from '../../application/device/provision-device.js';
import type { RecordHeartbeat } from '../../application/device/record-heartbeat.js';
import type { RegisterDevice } from '../../application/device/register-device.js';
import type { RotateDeviceSecret } from '../../application/device/rotate-device-secret.js';
import type { SignInDevice } from '../../application/device/sign-in-device.js';
import type { SignOutDevice } from '../../application/device/sign-out-device.js';
import type { SignOutDeviceEverywhere } from '../../application/device/sign-out-device-everywhere.js';
import type { UpdateDevice } from '../../application/device/update-device.js';

type Does<UseCase extends { execute: unknown }> = Pick<UseCase, 'execute'>;

/** What devices can do here. */
export interface DeviceUseCases {
  readonly authenticateDevice: Does<AuthenticateDevice>;
  readonly registerDevice: Does<RegisterDevice>;
  readonly signInDevice: Does<SignInDevice>;
  readonly signOutDevice: Does<SignOutDevice>;
  readonly rotateDeviceSecret: Does<RotateDeviceSecret>;
  readonly recordHeartbeat: Does<RecordHeartbeat>;
  readonly claimCommands: Does<ClaimCommands>;
  readonly extendClaim: Does<ExtendClaim>;
  readonly reportProgress: Does<ReportProgress>;
  readonly releaseCommand: Does<ReleaseCommand>;
  readonly reportResult: Does<ReportResult>;
}

/** What people can do here. */
export interface CustomerUseCases {
  readonly authenticateMember: Does<AuthenticateMember>;
  readonly listDevices: Does<ListDevices>;
  readonly getDevice: Pick<GetDevice, 'execute' | 'view'>;
  readonly getDeviceStatus: Does<GetDeviceStatus>;
  readonly provisionDevice: Does<ProvisionDevice>;
  readonly updateDevice: Does<UpdateDevice>;
  readonly issueActivationCode: Does<IssueActivationCode>;
  readonly changeDeviceLifecycle: Does<ChangeDeviceLifecycle>;
  readonly pauseDeviceQueue: Does<PauseDeviceQueue>;
  readonly resumeDeviceQueue: Does<ResumeDeviceQueue>;
  readonly signOutDeviceEverywhere: Does<SignOutDeviceEverywhere>;
  readonly proposeCommand: Does<ProposeCommand>;
  readonly listCommands: Does<ListCommands>;
  readonly getCommand: Does<GetCommand>;
  readonly cancelCommand: Does<CancelCommand>;
  readonly redriveCommand: Does<RedriveCommand>;
  readonly settleCommand: Does<SettleCommand>;
  readonly explainCommand: Does<ExplainCommand>;
  readonly listCommandTypes: Does<ListCommandTypes>;
  readonly listPendingApprovals: Does<ListPendingApprovals>;
  readonly decideCommand: Does<DecideCommand>;
  readonly getApprovalPolicy: Does<GetApprovalPolicy>;
  readonly changeApprovalPolicy: Does<ChangeApprovalPolicy>;
  readonly breakGlass: Does<BreakGlass>;
  readonly listBreakGlass: Does<ListBreakGlass>;
  readonly reviewBreakGlass: Does<ReviewBreakGlass>;
  readonly requestStandingGrant: Does<RequestStandingGrant>;
  readonly decideStandingGrant: Does<DecideStandingGrant>;
  readonly revokeStandingGrant: Does<RevokeStandingGrant>;
  readonly getStandingGrant: Does<GetStandingGrant>;
  readonly listStandingGrants: Does<ListStandingGrants>;
}
