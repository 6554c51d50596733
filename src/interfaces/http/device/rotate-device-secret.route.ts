import { z } from 'zod';
import { emptyBody } from '../empty-body.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { durationMs } from '../time-fields.js';
import { deviceCallerOf } from './device-session.js';

const answer = z.strictObject({
  deviceSecret: z.string().describe('Shown once.'),
  previousValidForMs: durationMs,
});

export function rotateDeviceSecretRoute(app: HttpApp, { device }: HttpServerOptions): void {
  app.post(
    '/secret/rotate',
    {
      schema: {
        operationId: 'rotateDeviceSecret',
        summary: 'Get a new secret',
        description: 'The old secret lives until the new one is first used, at most 24 hours.',
        body: emptyBody,
        response: { 200: answer },
      },
    },
    async (request) => await device.rotateDeviceSecret.execute(deviceCallerOf(request)),
  );
}
