import { z } from 'zod';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { deviceIdForPerson, idParams } from '../ids-in-paths.js';
import { labels, line } from '../text-fields.js';
import { callerOf } from './member-session.js';
import { deviceSchema, presentDevice } from './present-device.js';

const body = z.strictObject({
  name: line(200).optional(),
  location: line(200).nullable().optional(),
  labels: labels.optional(),
});

export function updateDeviceRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.patch(
    '/devices/:id',
    {
      schema: {
        operationId: 'updateDevice',
        summary: 'Rename or relabel a device',
        description: 'What is absent stays as it is.',
        params: idParams,
        body,
        response: { 200: deviceSchema },
      },
      config: { problems: ['not_found'] },
    },
    async (request) => {
      const { name, location, labels } = request.body;
      const device = await customer.updateDevice.execute({
        caller: callerOf(request),
        deviceId: deviceIdForPerson(request.params.id),
        update: {
          ...(name !== undefined && { name }),
          ...(location !== undefined && { location }),
          ...(labels !== undefined && { labels }),
        },
      });
      return presentDevice(await customer.getDevice.view(device));
    },
  );
}
