import { z } from 'zod';
import { deviceIdPattern } from '../../../domain/device/device.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { createOnce } from '../idempotency.js';
import { labels, line } from '../text-fields.js';
import { idempotencyProblems } from './idempotency-problems.js';
import { issuedCodeSchema, presentIssuedCode } from './issued-code.js';
import { callerOf } from './member-session.js';

const body = z.strictObject({
  deviceId: z.string().regex(deviceIdPattern).optional().describe('Made up when absent.'),
  name: line(200),
  location: line(200).nullable().default(null),
  labels: labels.default([]),
});

export function provisionDeviceRoute(app: HttpApp, options: HttpServerOptions): void {
  const { provisionDevice } = options.customer;
  app.post(
    '/devices/provision',
    {
      schema: {
        operationId: 'provisionDevice',
        summary: 'Add a device and get its activation code',
        body,
        response: { 201: issuedCodeSchema },
      },
      config: { problems: ['device_exists', ...idempotencyProblems] },
    },
    async (request, reply) => {
      const { deviceId = null, name, location, labels } = request.body;
      const caller = callerOf(request);
      return await createOnce(options, {
        request,
        reply,
        caller,
        body: { deviceId, name, location, labels },
        create: async (operationId) => {
          const input = { caller, deviceId, name, location, labels, operationId };
          const issued = await provisionDevice.execute(input);
          return await presentIssuedCode(issued, options, request);
        },
      });
    },
  );
}
