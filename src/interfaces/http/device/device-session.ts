import type { FastifyRequest } from 'fastify';
import type { AdmittedDevice } from '../../../application/device/let-in.js';
import type { DeviceCaller } from '../../../domain/device/device-caller.js';
import { generalFaults } from '../../../domain/shared/general-faults.js';
import { bearerToken } from '../bearer-token.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { requireBudget } from '../rate-limits.js';
import { serveCustomer } from '../request-context.js';
import { describeRoutes } from '../route-problems.js';

declare module 'fastify' {
  interface FastifyRequest {
    deviceSession: DeviceSessionOfRequest | null;
  }
}

export interface DeviceSessionOfRequest {
  readonly caller: DeviceCaller;
  readonly token: string;
  /** As it stood when the device was let in. */
  readonly queue: AdmittedDevice['queue'];
}

/** Longer than any token is: nothing beyond it is worth hashing. */
export const maxTokenLength = 512;

/** From here on, every route of the scope is for signed-in devices, and within the device's budget. */
export function requireDevice(scope: HttpApp, { device, rateRules }: HttpServerOptions): void {
  describeRoutes(scope, {
    tag: 'device',
    security: ['deviceToken', 'deviceTokenHeader'],
    problems: ['unauthenticated', 'rate_limited', 'dependency_unavailable'],
  });
  scope.decorateRequest('deviceSession', null);
  scope.addHook('onRequest', async (request, reply) => {
    const token = deviceToken(request);
    const { session, verdict, queue } = await device.authenticateDevice.execute(token, rateRules.device);
    requireBudget(rateRules.device, verdict, reply);
    serveCustomer(request, session.customerId);
    request.deviceSession = { caller: { ...session, requestId: request.id }, token, queue };
  });
}

export function deviceSessionOf(request: FastifyRequest): DeviceSessionOfRequest {
  if (request.deviceSession === null) throw generalFaults.unauthenticated();
  return request.deviceSession;
}

export const deviceCallerOf = (request: FastifyRequest): DeviceCaller => deviceSessionOf(request).caller;

/** One token, from either header. Two different ones are refused: nobody can tell which is meant. */
export function deviceToken({ headers }: Pick<FastifyRequest, 'headers'>): string {
  const bearer = bearerToken(headers, maxTokenLength);
  const other = headers['x-device-token'];
  const token = bearer ?? other;
  const contradicts = other !== undefined && other !== token;
  if (typeof token !== 'string' || token === '' || token.length > maxTokenLength || contradicts) {
    throw generalFaults.unauthenticated();
  }
  return token;
}
