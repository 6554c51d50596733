import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { deviceIdForPerson, idParams } from '../ids-in-paths.js';
import { principalOf } from './member-session.js';
import { deviceSchema, presentDevice } from './present-device.js';

export function getDeviceRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.get(
    '/devices/:id',
    {
      schema: {
        operationId: 'getDevice',
        summary: 'Get one device',
        params: idParams,
        response: { 200: deviceSchema },
      },
      config: { problems: ['not_found'] },
    },
    async (request) => {
      const deviceId = deviceIdForPerson(request.params.id);
      return presentDevice(await customer.getDevice.execute(principalOf(request), deviceId));
    },
  );
}
