import { entityTag, ifMatch } from '../entity-tags.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import {
  approvalPolicySchema,
  approvalRulesSchema,
  presentApprovalPolicy,
} from './approval-policy-schema.js';
import { callerOf } from './member-session.js';

export function changeApprovalPolicyRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.put(
    '/approval-policy',
    {
      schema: {
        operationId: 'changeApprovalPolicy',
        summary: 'Ask for something else before commands may run',
        description:
          'For proposals from now on: what waits already keeps its rule. The rules that are in force change nothing.',
        body: approvalRulesSchema,
        response: { 200: approvalPolicySchema },
      },
      config: { problems: ['precondition_required', 'policy_changed', 'human_required'] },
    },
    async (request, reply) => {
      const expected = ifMatch(request);
      const input = { caller: callerOf(request), rules: request.body, expected };
      const policy = await customer.changeApprovalPolicy.execute(input);
      void reply.header('etag', entityTag(policy.version));
      return presentApprovalPolicy(policy);
    },
  );
}
