import { emptyBody } from '../empty-body.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { createOnce } from '../idempotency.js';
import { deviceIdForPerson, idParams } from '../ids-in-paths.js';
import { idempotencyProblems } from './idempotency-problems.js';
import { issuedCodeSchema, presentIssuedCode } from './issued-code.js';
import { callerOf } from './member-session.js';

export function issueActivationCodeRoute(app: HttpApp, options: HttpServerOptions): void {
  const { issueActivationCode } = options.customer;
  app.post(
    '/devices/:id/activation-code',
    {
      schema: {
        operationId: 'issueActivationCode',
        summary: 'Get a new activation code',
        description: 'The former code is void. Used by an active device, it replaces the hardware.',
        params: idParams,
        body: emptyBody,
        response: { 201: issuedCodeSchema },
      },
      config: { problems: ['not_found', 'device_state_conflict', ...idempotencyProblems] },
    },
    async (request, reply) => {
      const deviceId = deviceIdForPerson(request.params.id);
      const caller = callerOf(request);
      return await createOnce(options, {
        request,
        reply,
        caller,
        body: {},
        create: async () => {
          const issued = await issueActivationCode.execute({ caller, deviceId });
          return await presentIssuedCode(issued, options, request);
        },
      });
    },
  );
}
