import { z } from 'zod';
import { deviceIdPattern } from '../../../domain/device/device.js';
import { heartbeatIntervalMs } from '../../../domain/device/presence.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { keySetSchema } from '../key-set.js';
import { line } from '../text-fields.js';
import { durationMs } from '../time-fields.js';
import { countGuess, refuseEvenly } from './sign-in-budgets.js';

const body = z.strictObject({
  deviceId: z.string().regex(deviceIdPattern),
  activationCode: z.string().min(1).max(64),
  name: line(200).nullish(),
  metadata: z
    .strictObject({
      model: line(200).nullish(),
      location: line(200).nullish(),
      agentVersion: line(64).nullish(),
      platform: line(200).nullish(),
    })
    .nullish(),
});

const answer = z.strictObject({
  deviceId: z.string(),
  customerId: z.uuid(),
  deviceSecret: z.string().describe('Shown once. The device signs in with it.'),
  grantKeys: keySetSchema.describe('Public keys to check grants with; the device pins them.'),
  heartbeatIntervalMs: durationMs,
});

export function registerDeviceRoute(app: HttpApp, options: HttpServerOptions): void {
  app.post(
    '/register',
    {
      schema: {
        operationId: 'registerDevice',
        summary: 'Turn a provisioned device into an active one',
        description:
          'Until its first sign-in, and for ten minutes, a device may repeat the call with the same code: it gets ' +
          'a fresh secret and the former one is void.',
        body,
        response: { 201: answer },
      },
      config: { problems: ['invalid_activation_code', 'already_registered'] },
    },
    async (request, reply) => {
      const { deviceId, activationCode, name, metadata } = request.body;
      const input = {
        deviceId,
        activationCode,
        name: name ?? null,
        location: metadata?.location ?? null,
        metadata: {
          model: metadata?.model ?? null,
          platform: metadata?.platform ?? null,
          agentVersion: metadata?.agentVersion ?? null,
        },
        requestId: request.id,
      };
      const registered = await refuseEvenly(() =>
        countGuess(options, deviceId, reply, () => options.device.registerDevice.execute(input)),
      );
      return reply.code(201).send({
        deviceId: registered.deviceId,
        customerId: registered.customerId,
        deviceSecret: registered.deviceSecret,
        grantKeys: { keys: [...registered.grantKeys.keys] },
        heartbeatIntervalMs,
      });
    },
  );
}
