import { activationCodeLifetimeMs, normaliseCode } from '../../domain/device/activation-code.js';
import type { Device } from '../../domain/device/device.js';
import { deviceFaults } from '../../domain/device/device-faults.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller } from '../../domain/customer/caller.js';
import type { Ids } from '../ports/ids.js';
import type { Secrets } from '../ports/secrets.js';
import type { Transaction, UnitOfWork } from '../ports/unit-of-work.js';

export interface ProvisionDeviceInput {
  readonly caller: Caller;
  /** Null: one is made up. */
  readonly deviceId: string | null;
  readonly name: string;
  readonly location: string | null;
  readonly labels: readonly string[];
  /** An id that a repeated request brings again, so that a retry after a crash finds its own device. */
  readonly operationId: string | null;
}

export interface IssuedCode {
  readonly device: Device;
  /** Shown once: only its hash is kept. */
  readonly activationCode: string;
  readonly expiresAt: Date;
}

/** Adds a device and issues the code that will activate it. */
export class ProvisionDevice {
  readonly #work: UnitOfWork;
  readonly #secrets: Secrets;
  readonly #ids: Ids;

  constructor(work: UnitOfWork, secrets: Secrets, ids: Ids) {
    this.#work = work;
    this.#secrets = secrets;
    this.#ids = ids;
  }

  async execute(input: ProvisionDeviceInput): Promise<IssuedCode> {
    const { caller } = input;
    requireAccess(caller.principal, 'provisionDevice');
    const { customerId } = caller.principal;
    const id = input.deviceId ?? input.operationId ?? this.#ids.uuid();
    const activationCode = this.#secrets.activationCode();
    const hash = this.#secrets.hash(normaliseCode(activationCode));
    return this.#work.run(async (transaction) => {
      const { now, devices, credentials, record } = transaction;
      const expiresAt = new Date(now.getTime() + activationCodeLifetimeMs);
      const device: Device = {
        id,
        customerId,
        name: input.name,
        location: input.location,
        labels: [...new Set(input.labels)],
        model: null,
        platform: null,
        agentVersion: null,
        lifecycle: 'provisioned',
        credentialGeneration: 0,
        tokenGeneration: 0,
        queuePause: null,
        createdAt: now,
        lastSignInAt: null,
      };
      const added = await devices.add(device);
      // The same request again, its answer lost: its first code was shown to nobody, and is replaced.
      const again = !added && (await isOwnFirstTry(transaction, input, id));
      if (!added && !again) throw deviceFaults.device_exists(`The id ${id} is taken.`);
      await credentials.issueCode({
        hash,
        deviceId: id,
        expiresAt,
        usedAt: null,
        wrongTries: 0,
        operationId: input.operationId,
      });
      record({
        customerId,
        kind: again ? 'device.activation_code_issued' : 'device.provisioned',
        ...causeOfCaller(caller),
        subject: { kind: 'device', id },
        data: { name: device.name, labels: device.labels },
      });
      return { device, activationCode, expiresAt };
    });
  }
}

async function isOwnFirstTry(
  { devices, credentials }: Transaction,
  { caller, operationId }: ProvisionDeviceInput,
  deviceId: string,
): Promise<boolean> {
  const device = await devices.lock(deviceId);
  if (device?.customerId !== caller.principal.customerId || device.lifecycle !== 'provisioned') return false;
  const code = await credentials.findCode(deviceId);
  return operationId !== null && code?.operationId === operationId;
}
