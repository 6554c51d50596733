import { z } from 'zod';
import type { CommandType } from '../../../domain/command/command-type.js';
import { risks } from '../../../domain/command/command-type.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { anyJsonObject } from '../json-fields.js';
import { durationMs } from '../time-fields.js';
import { principalOf } from './member-session.js';

const commandType = z
  .strictObject({
    type: z.string(),
    version: z.int(),
    title: z.string(),
    description: z.string(),
    risk: z.enum(risks),
    deliveryClass: z.enum(['at_least_once', 'at_most_once']),
    parametersSchema: anyJsonObject,
    defaults: z.strictObject({
      expiresInMs: durationMs,
      visibilityTimeoutMs: durationMs,
      maxAttempts: z.int(),
    }),
  })
  .meta({ id: 'CommandType', description: 'An entry of the catalogue.' });

const answer = z.strictObject({ items: z.array(commandType), nextCursor: z.null() });

const present = (type: CommandType): z.output<typeof commandType> => ({
  type: type.type,
  version: type.version,
  title: type.title,
  description: type.description,
  risk: type.risk,
  deliveryClass: type.deliveryClass,
  parametersSchema: type.parametersSchema,
  defaults: { ...type.defaults },
});

export function listCommandTypesRoute(app: HttpApp, { customer }: HttpServerOptions): void {
  app.get(
    '/command-types',
    {
      schema: {
        operationId: 'listCommandTypes',
        summary: 'List what devices can be asked to do',
        description: 'The whole catalogue in one page.',
        response: { 200: answer },
      },
    },
    (request) => {
      const items = customer.listCommandTypes.execute(principalOf(request)).map(present);
      return { items, nextCursor: null };
    },
  );
}
