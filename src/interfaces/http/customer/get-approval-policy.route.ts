import { entityTag } from '../entity-tags.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { approvalPolicySchema, presentApprovalPolicy } from './approval-policy-schema.js';
import { principalOf } from './member-session.js';

export function getApprovalPolicyRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.get(
    '/approval-policy',
    {
      schema: {
        operationId: 'getApprovalPolicy',
        summary: 'What is asked for before commands may run',
        description: 'The `ETag` names the version, for a change.',
        response: { 200: approvalPolicySchema },
      },
    },
    async (request, reply) => {
      const policy = await customer.getApprovalPolicy.execute(principalOf(request));
      void reply.header('etag', entityTag(policy.version));
      return presentApprovalPolicy(policy);
    },
  );
}
