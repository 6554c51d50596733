import { z } from 'zod';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { deviceIdForPerson, idParams } from '../ids-in-paths.js';
import { text } from '../text-fields.js';
import { callerOf } from './member-session.js';
import { deviceQueueSchema, presentQueuePause } from './present-queue-pause.js';

const body = z.strictObject({ reason: text(1_000).nullish() }).nullish();

export function pauseDeviceQueueRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.post(
    '/devices/:id/queue/pause',
    {
      schema: {
        operationId: 'pauseDeviceQueue',
        summary: 'Hold back what waits for a device',
        description:
          'No claim hands out anything new until the queue is resumed. What the device has begun goes on, and times go on too: what is not started in time expires. Asking again changes nothing.',
        params: idParams,
        body,
        response: { 200: deviceQueueSchema },
      },
      config: { problems: ['not_found'] },
    },
    async (request) => {
      const deviceId = deviceIdForPerson(request.params.id);
      const reason = request.body?.reason ?? null;
      const pause = await customer.pauseDeviceQueue.execute({ caller: callerOf(request), deviceId, reason });
      return { deviceId, pause: presentQueuePause(pause) };
    },
  );
}
