import { byTheGateway } from '../../domain/activity/activity-entry.js';
import type { Command } from '../../domain/command/command.js';
import type { ActivationCode } from '../../domain/device/activation-code.js';
import { judgeCode, mostWrongTries, normaliseCode } from '../../domain/device/activation-code.js';
import type { Device, DeviceMetadata } from '../../domain/device/device.js';
import { deviceFaults } from '../../domain/device/device-faults.js';
import { deviceTransition } from '../../domain/device/device-lifecycle.js';
import { causeOfDevice } from '../../domain/device/device-caller.js';
import { Fault, ignoreUnavailable } from '../../domain/shared/fault.js';
import type { JsonObject } from '../../domain/shared/json.js';
import { because, callOffOpen } from '../shared/call-off-open.js';
import type { DeviceTokens } from '../ports/device-tokens.js';
import type { DispatchFollower } from '../ports/dispatch-follower.js';
import type { GrantSigner } from '../ports/grant-signer.js';
import type { Secrets } from '../ports/secrets.js';
import type { Transaction, UnitOfWork } from '../ports/unit-of-work.js';

export interface RegisterDeviceInput {
  readonly deviceId: string;
  readonly activationCode: string;
  readonly name: string | null;
  readonly location: string | null;
  readonly metadata: DeviceMetadata;
  readonly requestId: string;
}

export interface RegisteredDevice {
  readonly deviceId: string;
  readonly customerId: string;
  /** Shown once: only its hash is kept. */
  readonly deviceSecret: string;
  readonly grantKeys: { readonly keys: readonly JsonObject[] };
}

/** What no code hashes to: comparing against it makes an unknown device cost what a known one does. */
const noHash = '0'.repeat(64);

/**
 * Turns a provisioned device into an active one. Unknown, used, expired and foreign codes get one answer, after
 * the same work. Until its first sign-in, and for ten minutes, a device may repeat the call: its answer was lost.
 */
export class RegisterDevice {
  readonly #work: UnitOfWork;
  readonly #secrets: Secrets;
  readonly #tokens: DeviceTokens;
  readonly #signer: GrantSigner;
  readonly #follower: DispatchFollower;

  constructor(
    work: UnitOfWork,
    secrets: Secrets,
    tokens: DeviceTokens,
    signer: GrantSigner,
    follower: DispatchFollower,
  ) {
    this.#work = work;
    this.#secrets = secrets;
    this.#tokens = tokens;
    this.#signer = signer;
    this.#follower = follower;
  }

  async execute(input: RegisterDeviceInput): Promise<RegisteredDevice> {
    const deviceSecret = this.#secrets.deviceSecret();
    const presented = this.#secrets.hash(normaliseCode(input.activationCode));
    const secretHash = this.#secrets.hash(deviceSecret);
    const registration = await this.#work.run((transaction) =>
      this.#register(transaction, input, presented, secretHash),
    );
    if (registration instanceof Fault) throw registration;
    const { device, calledOff, now } = registration;
    // Tokens of the hardware that was replaced can change nothing any more: Postgres refuses them. With the store
    // away they live on to poll an empty queue, which is better than to lose the answer with the secret.
    await this.#tokens.revokeAll(device.id).catch(ignoreUnavailable);
    await this.#follower.follow(calledOff, now);
    return {
      deviceId: device.id,
      customerId: device.customerId,
      deviceSecret,
      grantKeys: this.#signer.publicKeys(),
    };
  }

  /** A wrong code is an answer here, so that its count is committed. */
  async #register(
    transaction: Transaction,
    input: RegisterDeviceInput,
    presented: string,
    secretHash: string,
  ): Promise<Registration | Fault> {
    const { now, devices, credentials, record } = transaction;
    const device = await devices.lock(input.deviceId);
    const code = await credentials.findCode(input.deviceId);
    const secrets = await credentials.listSecrets(input.deviceId);
    const matches = this.#secrets.same(code?.hash ?? noHash, presented);
    if (device === null || code === null) throw deviceFaults.invalid_activation_code();
    if (!matches) return wrongTry(transaction, device, code, input.requestId);
    const next = deviceTransition(device.lifecycle, 'registered');
    if ('refused' in next) throw deviceFaults.invalid_activation_code();

    const signedIn = secrets.some(({ firstUsedAt }) => firstUsedAt !== null);
    const verdict = judgeCode(code, signedIn, now);
    if (verdict === 'used_up') throw deviceFaults.already_registered();
    if (verdict === 'expired' || verdict === 'void') throw deviceFaults.invalid_activation_code();

    const registered: Device = {
      ...device,
      ...known(input.metadata, device),
      name: input.name ?? device.name,
      location: input.location ?? device.location,
      lifecycle: next.to,
      credentialGeneration: device.credentialGeneration + 1,
      tokenGeneration: device.tokenGeneration + 1,
    };
    await devices.save(registered);
    // What was meant, and approved, for the hardware of before is not for this one.
    const replaced = verdict === 'first_use' && device.lifecycle === 'active';
    const calledOff = replaced
      ? await callOffOpen(
          transaction,
          { deviceId: device.id },
          causeOfDevice(input),
          because('device_reregistered'),
        )
      : [];
    if (verdict === 'first_use') await credentials.useCode(device.id, now);
    await credentials.replaceSecrets(device.id, [
      { hash: secretHash, createdAt: now, firstUsedAt: null, expiresAt: null },
    ]);
    record({
      customerId: device.customerId,
      kind: 'device.registered',
      ...causeOfDevice(input),
      subject: { kind: 'device', id: device.id },
      data: {
        repeated: verdict === 'repeat',
        credentialGeneration: registered.credentialGeneration,
        calledOff: calledOff.length,
      },
    });
    return { device: registered, calledOff, now };
  }
}

interface Registration {
  readonly device: Device;
  readonly calledOff: readonly Command[];
  readonly now: Date;
}

/** Under the device's lock, so that tries at the same time are counted one by one. */
async function wrongTry(
  { credentials, record }: Transaction,
  { id, customerId }: Device,
  code: ActivationCode,
  requestId: string,
): Promise<Fault> {
  if (code.wrongTries < mostWrongTries) await credentials.countWrongTry(id);
  if (code.wrongTries + 1 === mostWrongTries) {
    record({
      customerId,
      kind: 'device.activation_code_voided',
      ...byTheGateway,
      requestId,
      subject: { kind: 'device', id },
      data: { reason: 'wrong_tries', wrongTries: mostWrongTries },
    });
  }
  return deviceFaults.invalid_activation_code();
}

function known(said: DeviceMetadata, before: DeviceMetadata): DeviceMetadata {
  return {
    model: said.model ?? before.model,
    platform: said.platform ?? before.platform,
    agentVersion: said.agentVersion ?? before.agentVersion,
  };
}
