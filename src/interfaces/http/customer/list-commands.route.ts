import { z } from 'zod';
import { commandStates } from '../../../domain/command/command-state.js';
import { deviceIdPattern } from '../../../domain/device/device.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { commandSchema } from './command-schema.js';
import { principalOf } from './member-session.js';
import { pageOf, pageQuery, pageSchema, presentPage } from './page-query.js';
import { presentCommand } from './present-command.js';

const query = pageQuery.extend({
  deviceId: z.string().regex(deviceIdPattern).optional(),
  sessionId: z.uuid().optional(),
  state: z.enum(commandStates).optional(),
});

export function listCommandsRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.get(
    '/commands',
    {
      schema: {
        operationId: 'listCommands',
        summary: 'List commands, newest first',
        description: 'A page may hold fewer than `limit` commands while more follow.',
        querystring: query,
        response: { 200: pageSchema(commandSchema) },
      },
    },
    async (request) => {
      const { deviceId = null, sessionId = null, state = null } = request.query;
      const filter = { deviceId, sessionId, state };
      const page = await customer.listCommands.execute(principalOf(request), filter, pageOf(request.query));
      return presentPage(page, presentCommand);
    },
  );
}
