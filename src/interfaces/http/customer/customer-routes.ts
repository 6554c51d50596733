import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { cancelCommandRoute } from './cancel-command.route.js';
import { changeApprovalPolicyRoute } from './change-approval-policy.route.js';
import { changeDeviceLifecycleRoutes } from './change-device-lifecycle.route.js';
import { decideCommandRoute } from './decide-command.route.js';
import { explainCommandRoute } from './explain-command.route.js';
import { getApprovalPolicyRoute } from './get-approval-policy.route.js';
import { getCommandRoute } from './get-command.route.js';
import { getDeviceStatusRoute } from './get-device-status.route.js';
import { getDeviceRoute } from './get-device.route.js';
import { getSystemInfoRoute } from './get-system-info.route.js';
import { getMeRoute } from './get-me.route.js';
import { issueActivationCodeRoute } from './issue-activation-code.route.js';
import { listActivityRoute } from './list-activity.route.js';
import { listCommandTypesRoute } from './list-command-types.route.js';
import { listCommandsRoute } from './list-commands.route.js';
import { listPendingApprovalsRoute } from './list-pending-approvals.route.js';
import { listDevicesRoute } from './list-devices.route.js';
import { enrolMemberRoute } from './enrol-member.route.js';
import { changeMemberRoute } from './change-member.route.js';
import { removeMemberRoute } from './remove-member.route.js';
import { listMembersRoute } from './list-members.route.js';
import { listApiKeysRoute } from './list-api-keys.route.js';
import { createApiKeyRoute } from './create-api-key.route.js';
import { revokeApiKeyRoute } from './revoke-api-key.route.js';
import { requireMember } from './member-session.js';
import { pauseDeviceQueueRoute } from './pause-device-queue.route.js';
import { resumeDeviceQueueRoute } from './resume-device-queue.route.js';
import { proposeCommandRoute } from './propose-command.route.js';
import { provisionDeviceRoute } from './provision-device.route.js';
import { redriveCommandRoute } from './redrive-command.route.js';
import { settleCommandRoute } from './settle-command.route.js';
import { closeSessionRoute } from './close-session.route.js';
import { decideInSessionRoute } from './decide-in-session.route.js';
import { getSessionRoute } from './get-session.route.js';
import { listSessionsRoute } from './list-sessions.route.js';
import { openSessionRoute } from './open-session.route.js';
import { readSessionTimelineRoute } from './read-session-timeline.route.js';
import { proposeInSessionRoute } from './propose-in-session.route.js';
import { signOutDeviceEverywhereRoute } from './sign-out-device-everywhere.route.js';
import { requestStandingGrantRoute } from './request-standing-grant.route.js';
import { decideStandingGrantRoute } from './decide-standing-grant.route.js';
import { revokeStandingGrantRoute } from './revoke-standing-grant.route.js';
import { getStandingGrantRoute } from './get-standing-grant.route.js';
import { listStandingGrantsRoute } from './list-standing-grants.route.js';
import { breakGlassRoute } from './break-glass.route.js';
import { listBreakGlassRoute } from './list-break-glass.route.js';
import { reviewBreakGlassRoute } from './review-break-glass.route.js';
import { updateDeviceRoute } from './update-device.route.js';
import { verifyActivityRoute } from './verify-activity.route.js';

/** Open to those who act for a customer; what their role allows is asked of each use case. */
export function customerRoutes(app: HttpApp, options: HttpServerOptions): void {
  requireMember(app, options);
  getMeRoute(app);
  getSystemInfoRoute(app, options);

  listDevicesRoute(app, options);
  getDeviceRoute(app, options);
  getDeviceStatusRoute(app, options);
  updateDeviceRoute(app, options);
  provisionDeviceRoute(app, options);
  issueActivationCodeRoute(app, options);
  changeDeviceLifecycleRoutes(app, options);
  pauseDeviceQueueRoute(app, options);
  resumeDeviceQueueRoute(app, options);
  signOutDeviceEverywhereRoute(app, options);

  listCommandTypesRoute(app, options);
  proposeCommandRoute(app, options);
  listCommandsRoute(app, options);
  getCommandRoute(app, options);
  explainCommandRoute(app, options);
  cancelCommandRoute(app, options);
  redriveCommandRoute(app, options);
  settleCommandRoute(app, options);
  openSessionRoute(app, options);
  listSessionsRoute(app, options);
  getSessionRoute(app, options);
  readSessionTimelineRoute(app, options);
  closeSessionRoute(app, options);
  proposeInSessionRoute(app, options);
  decideInSessionRoute(app, options);

  listPendingApprovalsRoute(app, options);
  decideCommandRoute(app, options);

  listActivityRoute(app, options);
  verifyActivityRoute(app, options);
  listMembersRoute(app, options);
  enrolMemberRoute(app, options);
  changeMemberRoute(app, options);
  removeMemberRoute(app, options);

  listApiKeysRoute(app, options);
  createApiKeyRoute(app, options);
  revokeApiKeyRoute(app, options);
  getApprovalPolicyRoute(app, options);
  changeApprovalPolicyRoute(app, options);

  requestStandingGrantRoute(app, options);
  decideStandingGrantRoute(app, options);
  revokeStandingGrantRoute(app, options);
  getStandingGrantRoute(app, options);
  listStandingGrantsRoute(app, options);

  breakGlassRoute(app, options);
  listBreakGlassRoute(app, options);
  reviewBreakGlassRoute(app, options);
}
