import { z } from 'zod';
import { emptyBody } from '../empty-body.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { deviceSessionOf } from './device-session.js';

export function signOutDeviceRoute(app: HttpApp, { device }: HttpServerOptions): void {
  app.delete(
    '/auth',
    {
      schema: {
        operationId: 'signOutDevice',
        summary: 'End the token of this call',
        body: emptyBody,
        response: { 204: z.undefined().describe('The token is dead.') },
      },
    },
    async (request, reply) => {
      await device.signOutDevice.execute(deviceSessionOf(request).token);
      return reply.code(204).send();
    },
  );
}
