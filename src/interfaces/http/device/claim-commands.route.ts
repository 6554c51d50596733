import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { claimAnswer, claimBody, claimOf, presentClaims } from './claim-schema.js';
import { abandoned } from './client-gone.js';
import { deviceSessionOf } from './device-session.js';

export function claimCommandsRoute(app: HttpApp, { device, rateRules, shutdown }: HttpServerOptions): void {
  app.post(
    '/commands/claim',
    {
      schema: {
        operationId: 'claimCommands',
        summary: 'Get the next commands',
        description: 'With `waitMs` the answer is held back until there is a command, or the time is over.',
        body: claimBody.nullish(),
        response: { 200: claimAnswer },
      },
    },
    async (request, reply) => {
      const asked = claimOf(request.body);
      const { caller, queue, token } = deviceSessionOf(request);
      const admission = () => device.authenticateDevice.execute(token, rateRules.device);
      const claimed = await device.claimCommands.execute(
        { caller, queue, admission, ...asked },
        asked.waitMs === 0 ? shutdown : abandoned(reply, shutdown),
      );
      return presentClaims(claimed);
    },
  );
}
