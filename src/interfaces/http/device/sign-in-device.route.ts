import { z } from 'zod';
import { deviceIdPattern } from '../../../domain/device/device.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { durationMs } from '../time-fields.js';
import { refuseEvenly, spendSignIn } from './sign-in-budgets.js';

const body = z.strictObject({
  deviceId: z.string().regex(deviceIdPattern),
  deviceSecret: z.string().min(1).max(512),
});

const answer = z.strictObject({
  token: z.string(),
  deviceId: z.string(),
  expiresInMs: durationMs.describe('The token dies when it is not used for so long, in milliseconds.'),
});

export function signInDeviceRoute(app: HttpApp, options: HttpServerOptions): void {
  app.post(
    '/auth',
    {
      schema: {
        operationId: 'signInDevice',
        summary: 'Exchange id and secret for a token',
        body,
        response: { 200: answer },
      },
      config: { problems: ['invalid_credentials', 'device_suspended', 'device_retired'] },
    },
    (request, reply) =>
      refuseEvenly(async () => {
        const { deviceId, deviceSecret } = request.body;
        const proven = await options.device.checkDeviceSecret.execute(deviceId, deviceSecret);
        await spendSignIn(options, deviceId, proven, reply);
        return options.device.signInDevice.execute({ deviceId, deviceSecret, requestId: request.id });
      }),
  );
}
