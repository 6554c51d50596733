import type { Device } from '../../domain/device/device.js';
import type { DeviceSecret } from '../../domain/device/device-secret.js';
import { liveSecrets, tokenIdleMs, tokenLifeMs } from '../../domain/device/device-secret.js';
import { deviceFaults } from '../../domain/device/device-faults.js';
import { causeOfDevice } from '../../domain/device/device-caller.js';
import type { DeviceTokens } from '../ports/device-tokens.js';
import type { Secrets } from '../ports/secrets.js';
import type { Transaction, UnitOfWork } from '../ports/unit-of-work.js';

export interface SignInDeviceInput {
  readonly deviceId: string;
  readonly deviceSecret: string;
  readonly requestId: string;
}

export interface SignedInDevice {
  readonly deviceId: string;
  readonly token: string;
  readonly expiresInMs: number;
}

/** Sits in for the secrets of an unknown device, so that it costs what a known one does. */
const nobody = '0'.repeat(64);

/** Exchanges id and secret for a device token. The first use of a new secret ends the former one. */
export class SignInDevice {
  readonly #work: UnitOfWork;
  readonly #secrets: Secrets;
  readonly #tokens: DeviceTokens;

  constructor(work: UnitOfWork, secrets: Secrets, tokens: DeviceTokens) {
    this.#work = work;
    this.#secrets = secrets;
    this.#tokens = tokens;
  }

  async execute(input: SignInDeviceInput): Promise<SignedInDevice> {
    const presented = this.#secrets.hash(input.deviceSecret);
    for (;;) {
      const device = await this.#work.run((transaction) => this.#signIn(transaction, input, presented));
      const token = this.#secrets.deviceToken(device.id);
      const hash = this.#secrets.hash(token);
      const { id: deviceId, customerId, tokenGeneration } = device;
      const lifetime = { idleMs: tokenIdleMs, lifeMs: tokenLifeMs };
      await this.#tokens.put(hash, { deviceId, customerId, tokenGeneration }, lifetime);
      if (await this.#isCurrent(device)) return { deviceId, token, expiresInMs: tokenIdleMs };
      // Signed out everywhere in the very moment between the two stores: this token came too late to be revoked.
      await this.#tokens.revoke({ deviceId, hash });
    }
  }

  #isCurrent({ id, tokenGeneration }: Device): Promise<boolean> {
    return this.#work.run(
      async ({ devices }) => (await devices.lock(id))?.tokenGeneration === tokenGeneration,
    );
  }

  async #signIn(
    { now, devices, credentials, record }: Transaction,
    input: SignInDeviceInput,
    presented: string,
  ): Promise<Device> {
    const device = await devices.lock(input.deviceId);
    const secrets = liveSecrets(await credentials.listSecrets(input.deviceId), now);
    const used = this.#pick(secrets, presented);
    if (device === null || used === null) throw deviceFaults.invalid_credentials();
    // Only the holder of the secret learns in which state the device is.
    if (device.lifecycle === 'suspended') throw deviceFaults.device_suspended();
    if (device.lifecycle === 'retired') throw deviceFaults.device_retired();
    if (device.lifecycle === 'provisioned') throw deviceFaults.invalid_credentials();

    const signedIn = { ...device, lastSignInAt: now };
    await devices.save(signedIn);
    if (used.firstUsedAt === null) {
      const newest = used.expiresAt === null;
      const kept = newest ? [] : secrets.filter((secret) => secret !== used);
      await credentials.replaceSecrets(device.id, [{ ...used, firstUsedAt: now }, ...kept]);
    }
    record({
      customerId: device.customerId,
      kind: 'device.signed_in',
      ...causeOfDevice(input),
      subject: { kind: 'device', id: device.id },
      data: {},
    });
    return signedIn;
  }

  /** Always compares against two, whatever the device has. */
  #pick(secrets: readonly DeviceSecret[], presented: string): DeviceSecret | null {
    const [first, second] = secrets;
    const firstFits = this.#secrets.same(first?.hash ?? nobody, presented);
    const secondFits = this.#secrets.same(second?.hash ?? nobody, presented);
    if (firstFits) return first ?? null;
    return secondFits ? (second ?? null) : null;
  }
}
