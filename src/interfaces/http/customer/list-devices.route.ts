import { z } from 'zod';
import type { DeviceLifecycle } from '../../../domain/device/device-lifecycle.js';
import { deviceLifecycles } from '../../../domain/device/device-lifecycle.js';
import type { Connection } from '../../../domain/device/presence.js';
import { connections } from '../../../domain/device/presence.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { label, text } from '../text-fields.js';
import { principalOf } from './member-session.js';
import { pageOf, pageQuery, pageSchema, presentPage } from './page-query.js';
import { deviceSchema, presentDevice } from './present-device.js';

const query = pageQuery.extend({
  status: z
    .enum([...connections, ...deviceLifecycles])
    .optional()
    .describe('A connection or a life cycle.'),
  label: label.optional(),
  q: text(200).optional().describe('Part of the id, the name or the location.'),
});

const isLifecycle = (status: string): status is DeviceLifecycle =>
  deviceLifecycles.some((lifecycle) => lifecycle === status);
const isConnection = (status: string): status is Connection =>
  connections.some((connection) => connection === status);

export function listDevicesRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.get(
    '/devices',
    {
      schema: {
        operationId: 'listDevices',
        summary: 'List devices by name',
        description:
          'With a connection as `status`, a page may hold other than `limit` devices while more follow.',
        querystring: query,
        response: { 200: pageSchema(deviceSchema) },
      },
    },
    async (request) => {
      const { status = '', label, q } = request.query;
      const search = {
        lifecycle: isLifecycle(status) ? status : null,
        connection: isConnection(status) ? status : null,
        label: label ?? null,
        search: q === undefined || q === '' ? null : q,
      };
      const page = await customer.listDevices.execute(principalOf(request), search, pageOf(request.query));
      return presentPage(page, presentDevice);
    },
  );
}
