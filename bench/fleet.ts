import { randomUUID } from 'node:crypto';
import type { DependencyContainer } from 'tsyringe';
import { ClaimCommands } from '../src/application/command/claim-commands.js';
import type { ClaimedCommand } from '../src/application/command/claim-commands.js';
import { ProposeCommand } from '../src/application/command/propose-command.js';
import type { ProposeCommandInput } from '../src/application/command/propose-command.js';
import { ReportResult } from '../src/application/command/report-result.js';
import type { OpenedContainer } from '../src/composition/open-container.js';
import { use } from '../src/composition/provide.js';
import type { Command } from '../src/domain/command/command.js';
import type { Caller } from '../src/domain/customer/caller.js';
import { SignIn } from '../src/domain/customer/sign-in.js';
import type { DeviceCaller } from '../src/domain/device/device-caller.js';

/** A device with its customer, and those who act for both. */
export interface Unit {
  readonly device: DeviceCaller;
  readonly member: Caller;
  /** Somebody else of the same customer. */
  readonly approver: Caller;
}

/** About 200 bytes, as much as everybody else's job carries. */
export const payload = { url: `https://example.com/${'x'.repeat(170)}` };

const nobodyLeaves = new AbortController().signal;

/** Customers with devices that are signed in, written straight into the record. */
export async function seedUnits(
  { database }: Pick<OpenedContainer, 'database'>,
  customers: number,
  devicesEach: number,
): Promise<readonly Unit[]> {
  const units: Unit[] = [];
  const { driver } = database.pool;
  for (let number = 0; number < customers; number += 1) {
    const customerId = randomUUID();
    const people = [randomUUID(), randomUUID()] as const;
    const prefix = `bench-${customerId.slice(0, 8)}`;
    await driver.query(`insert into fieldgate.customers (id, name, created_at) values ($1, 'Bench', now())`, [
      customerId,
    ]);
    await driver.query(
      `insert into fieldgate.members (customer_id, user_id, name, role)
       select $1, id, 'Bench', 'admin' from unnest($2::uuid[]) id`,
      [customerId, people],
    );
    await driver.query(
      `insert into fieldgate.devices
         (id, customer_id, name, labels, lifecycle, credential_generation, token_generation, created_at)
       select $1 || '-' || n, $2, 'Bench ' || n, '{}', 'active', 1, 1, fieldgate.clock_now() from generate_series(0, $3 - 1) n`,
      [prefix, customerId, devicesEach],
    );
    for (let device = 0; device < devicesEach; device += 1) {
      units.push(unitOf(customerId, people, `${prefix}-${String(device)}`));
    }
  }
  return units;
}

export function unitOf(customerId: string, people: readonly [string, string], deviceId: string): Unit {
  const asPerson = (id: string): Caller => ({
    principal: { kind: 'member', id, name: 'Bench', customerId, role: 'admin', aal: 'aal2' },
    requestId: 'bench',
    signIn: new SignIn({ userId: id, sessionId: null }, 'none'),
  });
  return {
    device: { deviceId, customerId, tokenGeneration: 1, requestId: 'bench' },
    member: asPerson(people[0]),
    approver: asPerson(people[1]),
  };
}

/** What a person and a device do with one command. */
export class Work {
  readonly #propose: ProposeCommand;
  readonly #claim: ClaimCommands;
  readonly #report: ReportResult;

  constructor(container: DependencyContainer) {
    this.#propose = use(container, ProposeCommand);
    this.#claim = use(container, ClaimCommands);
    this.#report = use(container, ReportResult);
  }

  propose({ member, device }: Unit, asked: Partial<ProposeCommandInput> = {}): Promise<Command> {
    return this.#propose.execute({
      caller: member,
      commandId: randomUUID(),
      deviceId: device.deviceId,
      type: 'http_check',
      parameters: payload,
      priority: 0,
      reason: null,
      notBefore: null,
      expiresInMs: null,
      maxAttempts: null,
      visibilityTimeoutMs: null,
      lane: null,
      dedupeKey: null,
      ...asked,
    });
  }

  /** The first command of the device; with `waitMs`, as soon as there is one. */
  async claim(
    { device }: Unit,
    waitMs = 0,
    visibilityTimeoutMs: number | null = null,
  ): Promise<ClaimedCommand> {
    const attemptId = randomUUID();
    const admission = () => Promise.resolve();
    const asked = {
      caller: device,
      queue: null,
      admission,
      limit: 1,
      visibilityTimeoutMs,
      waitMs,
      attemptId,
    };
    const [claimed] = await this.#claim.execute(asked, nobodyLeaves);
    if (claimed === undefined) throw new Error('a device found nothing to do');
    return claimed;
  }

  async finish({ device }: Unit, { command, claimToken }: ClaimedCommand): Promise<void> {
    const report = { status: 'succeeded', output: 'ok', data: null, error: null } as const;
    const times = { startedAt: null, durationMs: null };
    await this.#report.execute({
      caller: device,
      commandId: command.id,
      claimToken,
      report: { ...report, ...times },
    });
  }

  async cycle(unit: Unit): Promise<void> {
    await this.propose(unit);
    await this.finish(unit, await this.claim(unit));
  }
}
