import type { Command } from '../../domain/command/command.js';
import { commandFaults } from '../../domain/command/command-faults.js';
import { proposerOf } from '../../domain/command/proposal.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Caller } from '../../domain/customer/caller.js';
import { causeOfCaller } from '../../domain/customer/caller.js';
import { sessionEntry } from '../../domain/session/session-entries.js';
import { sessionFaults } from '../../domain/session/session-faults.js';
import { sessionAsOf } from '../../domain/session/session-rules.js';
import type { SessionType, SupportSession } from '../../domain/session/support-session.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { DispatchFollower } from '../ports/dispatch-follower.js';
import type { Transaction, UnitOfWork } from '../ports/unit-of-work.js';
import { writeExpired } from '../shared/end-session.js';

export interface OpenSessionInput {
  readonly caller: Caller;
  /** The id that the session gets: a repeated request brings the same one, and changes nothing. */
  readonly sessionId: string;
  readonly deviceId: string;
  readonly type: SessionType;
  readonly description: string | null;
  readonly expiresInMs: number;
}

interface Opened {
  readonly session: SupportSession;
  readonly commands: readonly Command[];
  readonly now: Date;
}

/** Opens a support session on a device, unless another is active there. */
export class OpenSession {
  readonly #work: UnitOfWork;
  readonly #follower: DispatchFollower;

  constructor(work: UnitOfWork, follower: DispatchFollower) {
    this.#work = work;
    this.#follower = follower;
  }

  async execute(input: OpenSessionInput): Promise<SupportSession> {
    requireAccess(input.caller.principal, 'openSession');
    const { session, commands, now } = await this.#work.run((transaction) => open(transaction, input));
    await this.#follower.follow(commands, now);
    return session;
  }
}

async function open(transaction: Transaction, input: OpenSessionInput): Promise<Opened> {
  const { now, devices, sessions, record } = transaction;
  const { caller, deviceId, sessionId: id } = input;
  const { customerId } = caller.principal;
  const device = await devices.lock(deviceId);
  if (device?.customerId !== customerId) throw generalFaults.not_found('There is no such device.');
  const known = await sessions.lock(customerId, id);
  if (known !== null) return { session: sessionAsOf(known, now), commands: [], now };
  if (device.lifecycle === 'suspended' || device.lifecycle === 'retired') {
    const details = { lifecycle: device.lifecycle };
    throw commandFaults.device_not_active(`The device is ${device.lifecycle}.`, { details });
  }
  const commands = await makeRoom(transaction, deviceId);
  const session: SupportSession = {
    id,
    customerId,
    deviceId,
    type: input.type,
    description: input.description,
    status: 'active',
    openedBy: proposerOf(caller.principal),
    createdAt: now,
    expiresAt: new Date(now.getTime() + input.expiresInMs),
    closedAt: null,
    closeReason: null,
  };
  // The device is locked, and what was active on it is not any more: only another's id can be in the way.
  if (!(await sessions.add(session))) throw new Error(`the id ${id} names a session of somebody else`);
  const { type, expiresAt, description } = session;
  record(
    sessionEntry(session, 'session.opened', causeOfCaller(caller), {
      type,
      description,
      expiresAt: expiresAt.toISOString(),
    }),
  );
  return { session, commands, now };
}

/** A session whose time is over makes room for the next, swept or not. */
async function makeRoom(transaction: Transaction, deviceId: string): Promise<readonly Command[]> {
  const [stored] = await transaction.sessions.lockActive({ deviceId });
  if (stored === undefined) return [];
  const session = sessionAsOf(stored, transaction.now);
  if (session.status === 'active') {
    throw sessionFaults.session_active(undefined, {
      details: { sessionId: session.id, expiresAt: session.expiresAt.toISOString() },
    });
  }
  const { commands } = await writeExpired(transaction, session);
  return commands;
}
