import { z } from 'zod';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { instant } from '../time-fields.js';

const answer = z.strictObject({ status: z.literal('ok'), timestamp: instant });

/** Whether the process runs. It asks nobody else, so that a store that is away restarts nothing. */
export function healthRoute(app: HttpApp, { clock }: HttpServerOptions): void {
  app.get(
    '/healthz',
    { schema: { operationId: 'getHealth', summary: 'Whether the process runs', response: { 200: answer } } },
    () => ({ status: 'ok' as const, timestamp: clock.now().toISOString() }),
  );
}
