import { isAvailable } from '../../domain/command/claim-rules.js';
import { votersOf } from '../../domain/approval/vote.js';
import type { CommandState } from '../../domain/command/command-state.js';
import { commandAsOf } from '../../domain/command/due-moves.js';
import type { Reason } from '../../domain/command/explanation.js';
import { explain } from '../../domain/command/explanation.js';
import type { Principal } from '../../domain/customer/principal.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Beat } from '../../domain/device/presence.js';
import { connectionOf } from '../../domain/device/presence.js';
import { ignoreUnavailable } from '../../domain/shared/fault.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { CommandRecords } from '../ports/command-records.js';
import type { DeviceDirectory } from '../ports/device-directory.js';
import type { MemberRoles } from '../ports/member-roles.js';
import type { Presence } from '../ports/presence.js';

export interface CommandExplanation {
  readonly state: CommandState;
  readonly reasons: readonly Reason[];
}

/** Why a command is not running. */
export class ExplainCommand {
  readonly #records: CommandRecords;
  readonly #devices: DeviceDirectory;
  readonly #presence: Presence;
  readonly #roles: MemberRoles;

  constructor(records: CommandRecords, devices: DeviceDirectory, presence: Presence, roles: MemberRoles) {
    this.#records = records;
    this.#devices = devices;
    this.#presence = presence;
    this.#roles = roles;
  }

  async execute(principal: Principal, commandId: string): Promise<CommandExplanation> {
    requireAccess(principal, 'explainCommand');
    const { customerId } = principal;
    const reading = await this.#records.find(customerId, commandId);
    if (reading === null) throw generalFaults.not_found('There is no such command.');
    const { now, hindrance } = reading;
    const { command } = commandAsOf(reading.command, now);
    const device = await this.#devices.find(customerId, command.deviceId);
    if (device === null) throw generalFaults.not_found('There is no such command.');

    const beat = await this.#latestBeat(device.id);
    const ahead = await this.#records.ahead(command, 10);
    const first = ahead.find(
      (other) => other.hindrance === null && isAvailable(commandAsOf(other.command, now).command, now),
    );
    const reasons = explain(command, {
      now,
      lifecycle: device.lifecycle,
      connection: connectionOf(beat, device.lastSignInAt, now),
      lastSeenAt: beat?.at ?? device.lastSignInAt,
      queuePause: device.queuePause,
      hindrance,
      aheadId: first?.command.id ?? null,
      voterRoles: await this.#roles.of(customerId, votersOf(command.approval)),
    });
    return { state: command.state, reasons };
  }

  /** Null also while the store that knows it is away: the other reasons are worth telling. */
  async #latestBeat(deviceId: string): Promise<Beat | null> {
    try {
      const [beat = null] = await this.#presence.latest([deviceId]);
      return beat;
    } catch (error) {
      ignoreUnavailable(error);
      return null;
    }
  }
}
