import { emptyBody } from '../empty-body.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { deviceIdForPerson, idParams } from '../ids-in-paths.js';
import { callerOf } from './member-session.js';
import { deviceQueueSchema } from './present-queue-pause.js';

export function resumeDeviceQueueRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.post(
    '/devices/:id/queue/resume',
    {
      schema: {
        operationId: 'resumeDeviceQueue',
        summary: 'Let go on what was held back for a device',
        description: 'In the old order. Asking again changes nothing.',
        params: idParams,
        body: emptyBody,
        response: { 200: deviceQueueSchema },
      },
      config: { problems: ['not_found'] },
    },
    async (request) => {
      const deviceId = deviceIdForPerson(request.params.id);
      await customer.resumeDeviceQueue.execute({ caller: callerOf(request), deviceId });
      return { deviceId, pause: null };
    },
  );
}
