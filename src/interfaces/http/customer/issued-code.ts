import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { IssuedCode } from '../../../application/device/provision-device.js';
import { viewOf } from '../../../domain/device/device-view.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { instant } from '../time-fields.js';
import { deviceSchema, presentDevice } from './present-device.js';

export const issuedCodeSchema = z.strictObject({
  device: deviceSchema,
  activationCode: z.string().describe('Shown once, for one use within 24 hours.'),
  expiresAt: instant,
  instructions: z.string().describe('What to do on the device, for people.'),
});

/** What a host header may hold that a person will paste into a shell. */
const plainHost = /^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:]+\](:\d{1,5})?$/;

/** The code is out and cannot be shown again: that nobody knows who is connected must not lose it. */
export async function presentIssuedCode(
  { device, activationCode, expiresAt }: IssuedCode,
  { customer, clock }: Pick<HttpServerOptions, 'customer' | 'clock'>,
  request: FastifyRequest,
): Promise<z.output<typeof issuedCodeSchema>> {
  const view = await customer.getDevice.view(device).catch(() => viewOf(device, null, clock.now()));
  return {
    device: presentDevice(view),
    activationCode,
    expiresAt: expiresAt.toISOString(),
    instructions:
      'On the device, run:\n' +
      `npm run agent -- --url ${ownUrl(request)} --device-id ${device.id} --activation-code ${activationCode}\n` +
      `The code is good for one registration, until ${expiresAt.toISOString()}.`,
  };
}

const ownUrl = ({ protocol, host }: FastifyRequest): string =>
  plainHost.test(host) ? `${protocol}://${host}` : '<address of this gateway>';
