import { byTheGateway } from '../../domain/activity/activity-entry.js';
import type { Device } from '../../domain/device/device.js';
import type { DeviceSecret } from '../../domain/device/device-secret.js';
import { liveSecrets, tokenIdleMs, tokenLifeMs } from '../../domain/device/device-secret.js';
import { deviceFaults } from '../../domain/device/device-faults.js';
import { causeOfDevice } from '../../domain/device/device-caller.js';
import { Fault } from '../../domain/shared/fault.js';
import type { DeviceTokens } from '../ports/device-tokens.js';
import type { Secrets } from '../ports/secrets.js';
import type { Transaction, UnitOfWork } from '../ports/unit-of-work.js';
import { pickSecret } from './pick-secret.js';

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

/** Whoever tries again and again does not fill the log with it. */
const refusalsApartMs = 60_000;

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
      if (device instanceof Fault) throw device;
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

  /** A refusal is an answer here, so that what was noted about it is committed. */
  async #signIn(
    transaction: Transaction,
    input: SignInDeviceInput,
    presented: string,
  ): Promise<Device | Fault> {
    const { now, devices, credentials, record } = transaction;
    const device = await devices.lock(input.deviceId);
    const secrets = liveSecrets(await credentials.listSecrets(input.deviceId), now);
    const used = pickSecret(this.#secrets, secrets, presented);
    if (device === null) return deviceFaults.invalid_credentials();
    const refusal = refusalOf(device, used);
    if (refusal !== null || used === null) {
      return this.#refused(transaction, device, input, refusal ?? deviceFaults.invalid_credentials());
    }

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

  /** Whoever has not got the secret is not the device, whatever they say. */
  async #refused(
    { recordSeldom }: Transaction,
    { id, customerId }: Device,
    { requestId }: SignInDeviceInput,
    refusal: Fault,
  ): Promise<Fault> {
    const stranger = refusal.code === 'invalid_credentials';
    await recordSeldom(
      {
        customerId,
        kind: 'device.sign_in_refused',
        ...(stranger ? { ...byTheGateway, requestId } : causeOfDevice({ deviceId: id, requestId })),
        subject: { kind: 'device', id },
        data: { code: refusal.code },
      },
      refusalsApartMs,
    );
    return refusal;
  }
}

/** Only the holder of the secret learns in which state the device is. */
function refusalOf({ lifecycle }: Device, used: DeviceSecret | null): Fault | null {
  if (used === null || lifecycle === 'provisioned') return deviceFaults.invalid_credentials();
  if (lifecycle === 'suspended') return deviceFaults.device_suspended();
  return lifecycle === 'retired' ? deviceFaults.device_retired() : null;
}
