import { z } from 'zod';
import { heartbeatIntervalMs } from '../../../domain/device/presence.js';
import { generalFaults } from '../../../domain/shared/general-faults.js';
import { deviceToken, maxTokenLength } from '../../http/device/device-session.js';
import type { HttpServerOptions } from '../../http/http-server-options.js';
import { durationMs, instant } from '../../http/time-fields.js';
import type { SocketAudience } from '../socket-audience.js';
import type { DeviceSignIn } from './device-peer.js';
import { DevicePeer } from './device-peer.js';
import { deviceRules } from './device-rules.js';

const credentials = z.strictObject({ token: z.string().min(1).max(maxTokenLength) });

const welcome = z.strictObject({
  deviceId: z.string(),
  serverTime: instant,
  heartbeatIntervalMs: durationMs,
});

/** Devices, at `/ws/device`: a result holds up to 256 KiB of output and as much data. */
export function deviceAudience(options: HttpServerOptions): SocketAudience<DeviceSignIn, DevicePeer> {
  const { device, rateRules, clock } = options;
  return {
    name: 'device',
    summary: 'Devices: commands come as soon as there are any, and everything that a device asks over HTTP.',
    security: ['deviceToken'],
    path: '/ws/device',
    mostFrameBytes: 524_288,
    rules: deviceRules,
    announcements: {},
    welcome,
    credentials,
    checkHandshake({ headers }) {
      // Browsers always name where they come from, and no device runs in one.
      if (headers.origin !== undefined) throw generalFaults.forbidden('Devices do not come from web pages.');
    },
    credentialsOf(request) {
      const { authorization, 'x-device-token': other } = request.headers;
      return authorization === undefined && other === undefined ? null : { token: deviceToken(request) };
    },
    async signIn(shown) {
      const { token } = shown as z.output<typeof credentials>;
      const { session, verdict } = await device.authenticateDevice.execute(token, rateRules.device);
      if (!verdict.allowed) throw generalFaults.rate_limited(undefined, { retryAfterMs: verdict.resetMs });
      return { customerId: session.customerId, session, token };
    },
    meet: (signIn, connection) =>
      Promise.resolve(
        new DevicePeer(options, signIn, connection, () => ({
          deviceId: signIn.session.deviceId,
          serverTime: clock.now().toISOString(),
          heartbeatIntervalMs,
        })),
      ),
  };
}
