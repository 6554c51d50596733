import { z } from 'zod';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';

const answer = z.strictObject({
  identityUrl: z
    .url()
    .nullable()
    .describe('Where people sign in, with the client of Supabase; null: at this very address.'),
  publishableKey: z
    .string()
    .nullable()
    .describe('The key that this identity gives to browsers; it opens nothing by itself.'),
});

/** What a portal has to know before anybody has signed in. */
export function portalConfigRoute(app: HttpApp, { portal }: HttpServerOptions): void {
  app.get(
    '/portal-config.json',
    {
      schema: {
        operationId: 'getPortalConfig',
        summary: 'Where people sign in',
        response: { 200: answer },
      },
    },
    (_request, reply) => {
      void reply.header('cache-control', 'no-store');
      return { identityUrl: portal.identityUrl, publishableKey: portal.publishableKey };
    },
  );
}
