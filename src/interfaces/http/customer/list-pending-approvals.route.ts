import { z } from 'zod';
import type { PendingApproval } from '../../../application/approval/list-pending-approvals.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { anyJsonObject } from '../json-fields.js';
import { instant } from '../time-fields.js';
import { decisionSchema } from './command-schema.js';
import { principalOf } from './member-session.js';
import { pageOf, pageQuery, pageSchema, presentPage } from './page-query.js';
import { presentApproval } from './present-command.js';

const query = pageQuery.extend({ state: z.literal('pending').default('pending') });

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
        summary: 'List what waits for a decision',
        querystring: query,
        response: { 200: pageSchema(pendingApproval) },
      },
    },
    async (request) => {
      const page = await customer.listPendingApprovals.execute(principalOf(request), pageOf(request.query));
      return presentPage(page, present);
    },
  );
}

const present = ({
  command,
  approval,
  mayDecide,
  missing,
}: PendingApproval): z.output<typeof pendingApproval> => ({
  commandId: command.id,
  deviceId: command.deviceId,
  sessionId: command.sessionId,
  ...presentApproval(approval),
  envelope: approval.envelope,
  mayDecide,
  missing,
});
