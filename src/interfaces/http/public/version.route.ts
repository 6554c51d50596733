import { z } from 'zod';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';

const answer = z.strictObject({ version: z.string() });

/** The version and nothing else: what it runs on is nobody's business. */
export function versionRoute(app: HttpApp, { version }: HttpServerOptions): void {
  app.get(
    '/version',
    { schema: { operationId: 'getVersion', summary: 'Which version this is', response: { 200: answer } } },
    () => ({ version }),
  );
}
