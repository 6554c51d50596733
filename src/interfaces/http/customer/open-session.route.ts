import { z } from 'zod';
import { deviceIdPattern } from '../../../domain/device/device.js';
import { sessionLengthRange, sessionTypes } from '../../../domain/session/support-session.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { createOnce } from '../idempotency.js';
import { text } from '../text-fields.js';
import { idempotencyProblems } from './idempotency-problems.js';
import { callerOf } from './member-session.js';
import { presentSession, sessionSchema } from './session-schema.js';

const body = z.strictObject({
  deviceId: z.string().regex(deviceIdPattern),
  type: z.enum(sessionTypes),
  description: text(1_000).nullable().default(null),
  expiresInMs: z
    .int()
    .min(sessionLengthRange.minMs)
    .max(sessionLengthRange.maxMs)
    .default(sessionLengthRange.defaultMs),
});

export function openSessionRoute(app: HttpApp, options: HttpServerOptions): void {
  app.post(
    '/sessions',
    {
      schema: {
        operationId: 'openSession',
        summary: 'Open a support session on a device',
        description:
          'A device has one active session at most. It ends by itself, or when somebody closes it.',
        body,
        response: { 201: sessionSchema },
      },
      config: { problems: ['not_found', 'device_not_active', 'session_active', ...idempotencyProblems] },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      return await createOnce(options, {
        request,
        reply,
        caller,
        body: request.body,
        create: async (sessionId) => {
          const input = { ...request.body, caller, sessionId };
          return presentSession(await options.customer.openSession.execute(input));
        },
      });
    },
  );
}
