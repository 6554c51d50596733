import { z } from 'zod';
import type { PendingApproval } from '../../../application/approval/list-pending-approvals.js';
import { deviceIdPattern } from '../../../domain/device/device.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { anyJsonObject } from '../json-fields.js';
import { text } from '../text-fields.js';
import { instant } from '../time-fields.js';
import { decisionSchema } from './command-schema.js';
import { principalOf } from './member-session.js';
import { pageOf, pageQuery, pageSchema, presentPage } from './page-query.js';
import { presentApproval } from './present-command.js';

const query = pageQuery
  .extend({
    state: z
      .enum(['pending', 'approved'])
      .default('pending')
      .describe(
        '`approved`: what people approved, whatever became of it, so that the next one can be compared.',
      ),
    type: text(64).min(1).optional().describe('Only of this command type; with `approved`.'),
    deviceId: z.string().regex(deviceIdPattern).optional().describe('Only of this device; with `approved`.'),
  })
  .refine(({ state, type, deviceId }) => state === 'approved' || (type ?? deviceId) === undefined, {
    path: ['state'],
    message: 'type and deviceId narrow what was approved',
  });

const pendingApproval = z
  .strictObject({
    commandId: z.uuid(),
    deviceId: z.string(),
    sessionId: z.uuid().nullable(),
    digest: z.string().describe('SHA-256 of the canonical envelope (RFC 8785), in hex.'),
    envelope: anyJsonObject.describe('Exactly what is approved and run.'),
    required: z.int().describe('How many people must approve.'),
    decisions: z.array(decisionSchema),
    mayDecide: z.boolean().describe('Whether the vote of whoever asks would be heard now.'),
    secondFactorMissing: z
      .boolean()
      .describe('Whether it would be heard after they have used their second factor once more.'),
    missing: z.int().describe('How many approvals are missing.'),
    expiresAt: instant,
  })
  .meta({ id: 'PendingApproval' });

export function listPendingApprovalsRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.get(
    '/approvals',
    {
      schema: {
        operationId: 'listPendingApprovals',
        summary: 'List what waits for a decision, or what was approved, newest first',
        querystring: query,
        response: { 200: pageSchema(pendingApproval) },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { state, type = null, deviceId = null } = request.query;
      const page = pageOf(request.query);
      const found =
        state === 'pending'
          ? await customer.listPendingApprovals.execute(principal, page)
          : await customer.listApprovedCommands.execute(principal, { type, deviceId }, page);
      return presentPage(found, present);
    },
  );
}

const present = ({
  command,
  approval,
  mayDecide,
  secondFactorMissing,
  missing,
}: PendingApproval): z.output<typeof pendingApproval> => ({
  commandId: command.id,
  deviceId: command.deviceId,
  sessionId: command.sessionId,
  ...presentApproval(approval),
  envelope: approval.envelope,
  mayDecide,
  secondFactorMissing,
  missing,
});
