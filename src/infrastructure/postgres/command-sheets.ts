import type { CommandOwner, DeviceGuard, Verdict } from '../../application/ports/command-ledger.js';
import type { Command } from '../../domain/command/command.js';
import type { Hindrance } from '../../domain/command/hindrance.js';
import type { DeviceLifecycle } from '../../domain/device/device-lifecycle.js';
import { fragmentsOf } from './activity-fragments.js';
import type { ActivityFragments } from './activity-fragments.js';
import { Failed } from './asked.js';
import type { Asked } from './asked.js';
import type { CommandSave } from './save-portions.js';

/** One caller's wish to change a command. */
export interface Change {
  readonly commandId: string;
  readonly owner: CommandOwner;
  readonly guard: DeviceGuard | null;
  readonly judge: (command: Command, now: Date, hindrance: Hindrance | null) => Verdict<unknown>['save'];
}

export type ChangeAnswer = 'decided' | 'missing' | 'device_void';

export type AskedChange = Asked<Change, ChangeAnswer>;

/** A command as it was read, with the state of its device; null where it was not read but remembered. */
export interface SheetReading {
  readonly command: Command;
  readonly now: Date;
  readonly device: { readonly lifecycle: DeviceLifecycle; readonly tokenGeneration: number } | null;
  readonly hindrance: Hindrance | null;
}

/**
 * One command and everybody in the batch who wants something of it, one after another. What the later ones are
 * answered rests on what the earlier ones changed, so that all of the answers hold only when that is saved.
 */
export class CommandSheet {
  readonly #answers = new Map<AskedChange, ChangeAnswer | Failed>();
  readonly #reading: SheetReading;
  #command: Command;
  readonly #entries: ActivityFragments[] = [];
  #guard: DeviceGuard | null = null;
  #changed = false;

  constructor(reading: SheetReading) {
    this.#reading = reading;
    this.#command = reading.command;
  }

  judge(asked: AskedChange): void {
    this.#answers.set(asked, this.#answer(asked.item));
  }

  /** True when the answers hold without a write that checks them. */
  get certain(): boolean {
    return this.#reading.device !== null;
  }

  /** Gives everybody their answer: to be called once what was changed is on disk. */
  answerAll(): void {
    for (const [asked, answer] of this.#answers) asked.answer(answer);
  }

  /** What is to be written, with the version that was read; null when nobody changed anything. */
  get save(): CommandSave | null {
    if (!this.#changed) return null;
    const begins = this.#command.attempt > this.#reading.command.attempt;
    return {
      command: this.#command,
      read: this.#reading.command,
      entries: this.#entries,
      guard: this.#guard,
      begins,
      judgedAt: this.certain ? null : this.#reading.now,
    };
  }

  #answer(change: Change): ChangeAnswer | Failed {
    const { command, now, device, hindrance } = this.#reading;
    if (!owns(change.owner, command)) return 'missing';
    if (change.guard !== null) {
      const { guard } = change;
      if (guard.deviceId !== command.deviceId) return 'device_void';
      if (
        device !== null &&
        (guard.tokenGeneration !== device.tokenGeneration || device.lifecycle !== 'active')
      )
        return 'device_void';
    }
    try {
      const save = change.judge(this.#command, now, hindrance);
      if (save !== undefined) this.#keep(save, change.guard);
      return 'decided';
    } catch (fault) {
      return new Failed(fault);
    }
  }

  #keep(save: NonNullable<Verdict<unknown>['save']>, guard: DeviceGuard | null): void {
    this.#entries.push(...save.entries.map(fragmentsOf));
    this.#command = { ...save.command, version: this.#reading.command.version };
    // Guards that held when the command was read are all alike.
    this.#guard ??= guard;
    this.#changed = true;
  }
}

const owns = (owner: CommandOwner, command: Command): boolean =>
  'deviceId' in owner ? owner.deviceId === command.deviceId : owner.customerId === command.customerId;
