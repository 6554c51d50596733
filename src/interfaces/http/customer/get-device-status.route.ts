import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { deviceIdForPerson, idParams } from '../ids-in-paths.js';
import { principalOf } from './member-session.js';
import { deviceStatusSchema, presentDeviceStatus } from './present-device-status.js';

export function getDeviceStatusRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.get(
    '/devices/:id/status',
    {
      schema: {
        operationId: 'getDeviceStatus',
        summary: 'Get how a device does',
        params: idParams,
        response: { 200: deviceStatusSchema },
      },
      config: { problems: ['not_found'] },
    },
    async (request) => {
      const deviceId = deviceIdForPerson(request.params.id);
      return presentDeviceStatus(await customer.getDeviceStatus.execute(principalOf(request), deviceId));
    },
  );
}
