import { z } from 'zod';
import { generalFaults } from '../../../domain/shared/general-faults.js';
import { claimedSchema } from '../../http/device/claimed-command.js';
import { deviceToken, maxTokenLength } from '../../http/device/device-session.js';
import type { HttpServerOptions } from '../../http/http-server-options.js';
import { durationMs, instant } from '../../http/time-fields.js';
import type { Announcement } from '../message-rule.js';
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

const announcements: Readonly<Record<string, Announcement>> = {
  command: {
    summary: 'A command that the device is ready for, claimed for it',
    body: z.strictObject({
      command: claimedSchema,
      attemptId: z.string().describe('The claim that brought it; to be named in the next `ready`.'),
    }),
  },
  cancel: {
    summary: 'Somebody wants to stop a command in the hands of the device',
    body: z.strictObject({ commandId: z.uuid() }),
  },
};

/** Devices, at `/ws/device`: a result holds up to 256 KiB of output and as much data. */
export function deviceAudience(options: HttpServerOptions): SocketAudience<DeviceSignIn, DevicePeer> {
  const { device, rateRules, shutdown } = options;
  const peers = new Set<DevicePeer>();
  // One listener for all: adding another one to a signal takes longer, the more there are.
  shutdown.addEventListener('abort', () => {
    for (const peer of peers) peer.rest();
  });
  return {
    name: 'device',
    summary: 'Devices: commands come as soon as there are any, and everything that a device asks over HTTP.',
    security: ['deviceToken'],
    path: '/ws/device',
    mostFrameBytes: 524_288,
    rules: deviceRules,
    announcements,
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
    async meet(signIn, connection) {
      const peer = new DevicePeer(options, signIn, connection, () => peers.delete(peer));
      peers.add(peer);
      if (shutdown.aborted) peer.rest();
      try {
        await peer.arrive();
      } catch (error) {
        peer.gone();
        throw error;
      }
      return peer;
    },
  };
}
