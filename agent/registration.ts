import { release, type } from 'node:os';
import { AgentFailure, badConfiguration, exitCodes } from './agent-failure.js';
import type { AgentLog } from './agent-log.js';
import { agentVersion } from './agent-version.js';
import { Backoff, pause, usualBackoff } from './backoff.js';
import { GatewayRefusal, GatewayUnreachable } from './gateway-refusal.js';
import type { GatewayClient } from './gateway-client.js';
import { machineModel } from './machine-model.js';
import { saveDeviceState } from './state-file.js';
import type { DeviceState } from './state-file.js';
import { registered } from './wire-contract.js';

export interface RegistrationOptions {
  readonly client: GatewayClient;
  readonly deviceId: string;
  readonly activationCode: string;
  readonly name: string | null;
  readonly dataDir: string;
  readonly log: AgentLog;
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/**
 * Turns the activation code into an identity and saves it before answering. A lost answer is repeated with the
 * same code, which the gateway allows until the first sign-in; a refused code is an AgentFailure.
 */
export async function register(options: RegistrationOptions): Promise<DeviceState> {
  const { client, deviceId, activationCode, name, dataDir, log, signal } = options;
  const body = {
    deviceId,
    activationCode,
    // Without one the device keeps the name under which a person provisioned it.
    ...(name === null ? {} : { name }),
    metadata: { model: await machineModel(), platform: `${type()} ${release()}`, agentVersion },
  };
  const backoff = new Backoff(usualBackoff, options.random);
  for (;;) {
    try {
      const answer = await client.send({
        method: 'POST',
        path: '/register',
        body,
        answer: registered,
        signal,
      });
      const { customerId, deviceSecret, grantKeys } = answer;
      const state = { deviceId, customerId, deviceSecret, grantKeys };
      await saveDeviceState(dataDir, state);
      log.info('registered', { customerId });
      return state;
    } catch (error) {
      signal.throwIfAborted();
      const retryAfterMs = error instanceof GatewayRefusal ? finalOrLater(error) : null;
      if (!(error instanceof GatewayRefusal || error instanceof GatewayUnreachable)) throw error;
      const delayMs = backoff.next(retryAfterMs);
      log.warn('registration not answered, trying again with the same code', {
        reason: error.message,
        delayMs,
      });
      await pause(delayMs, signal);
    }
  }
}

function finalOrLater(refusal: GatewayRefusal): number | null {
  const { status, code, retryAfterMs } = refusal;
  if (code === 'invalid_activation_code') {
    throw new AgentFailure(
      'The activation code was not accepted: it is wrong, used, expired or for another device. ' +
        'Ask for a new activation code for this device and start the agent with it.',
      exitCodes.refusedForGood,
    );
  }
  if (code === 'already_registered') {
    throw new AgentFailure(
      'This device is already registered, but its identity is not in the data directory. ' +
        'Start the agent with the data directory it first used, or ask for a new activation code.',
      exitCodes.refusedForGood,
    );
  }
  if (status === 408 || status === 429 || status >= 500) return retryAfterMs;
  throw badConfiguration(`The gateway refused the registration (${status} ${code}): ${refusal.message}`);
}
