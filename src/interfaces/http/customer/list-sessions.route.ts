import { z } from 'zod';
import { deviceIdPattern } from '../../../domain/device/device.js';
import { sessionStatuses } from '../../../domain/session/support-session.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { principalOf } from './member-session.js';
import { pageOf, pageQuery, pageSchema, presentPage } from './page-query.js';
import { presentSession, sessionSchema } from './session-schema.js';

const query = pageQuery.extend({
  deviceId: z.string().regex(deviceIdPattern).optional(),
  status: z.enum(sessionStatuses).optional(),
});

export function listSessionsRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.get(
    '/sessions',
    {
      schema: {
        operationId: 'listSessions',
        summary: 'List support sessions, newest first',
        querystring: query,
        response: { 200: pageSchema(sessionSchema) },
      },
    },
    async (request) => {
      const { deviceId = null, status = null } = request.query;
      const page = pageOf(request.query);
      const sessions = await customer.listSessions.execute(principalOf(request), { deviceId, status }, page);
      return presentPage(sessions, presentSession);
    },
  );
}
