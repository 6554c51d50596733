import { z } from 'zod';
import { emptyBody } from '../empty-body.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { deviceIdForPerson, idParams } from '../ids-in-paths.js';
import { callerOf } from './member-session.js';

export function signOutDeviceEverywhereRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.delete(
    '/devices/:id/tokens',
    {
      schema: {
        operationId: 'signOutDeviceEverywhere',
        summary: 'End every token of a device',
        description: 'It may sign in again with its secret.',
        params: idParams,
        body: emptyBody,
        response: { 204: z.undefined().describe('Every token is dead.') },
      },
      config: { problems: ['not_found'] },
    },
    async (request, reply) => {
      const deviceId = deviceIdForPerson(request.params.id);
      await customer.signOutDeviceEverywhere.execute({ caller: callerOf(request), deviceId });
      return reply.code(204).send();
    },
  );
}
