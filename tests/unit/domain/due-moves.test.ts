import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dueEntries } from '../../../src/domain/command/command-entries.js';
import { isTerminal } from '../../../src/domain/command/command-state.js';
import type { Command } from '../../../src/domain/command/command.js';
import { commandAsOf, dueAt } from '../../../src/domain/command/due-moves.js';
import { anyCommand, anyMoment } from './any-command.js';
import {
  after,
  claimedCommand,
  hour,
  minute,
  sampleClaim,
  sampleCommand,
  waitingCommand,
} from './sample-command.js';

const kindsOf = (command: Parameters<typeof commandAsOf>[0], now: Date) =>
  commandAsOf(command, now).moves.map(({ kind }) => kind);

describe('what time alone does to a command', () => {
  it('expires one that is not started in time, at that very millisecond', () => {
    expect(kindsOf(sampleCommand(), after(hour - 1))).toEqual([]);
    expect(commandAsOf(sampleCommand(), after(2 * hour)).command).toMatchObject({
      state: 'expired',
      stateReason: 'not_started_in_time',
      finishedAt: after(hour),
    });
  });

  it('expires one that nobody decided on within the approval window', () => {
    expect(commandAsOf(waitingCommand(), after(hour)).command).toMatchObject({
      state: 'expired',
      stateReason: 'approval_window_over',
      finishedAt: after(15 * minute),
    });
  });

  it('does not let an approval window outlive the command', () => {
    const waiting = waitingCommand({ expiresAt: after(2 * hour) });
    expect(dueAt(waiting)).toEqual(after(hour));
  });

  it('calls off what of a session has not begun when the session is over, whatever else is due then', () => {
    const sessionEndsAt = after(5 * minute);
    const over = { state: 'cancelled', stateReason: 'session_expired', finishedAt: sessionEndsAt };
    for (const command of [
      sampleCommand({ sessionEndsAt }),
      sampleCommand({ sessionEndsAt, expiresAt: sessionEndsAt }),
      waitingCommand({}, { sessionEndsAt }),
      waitingCommand({ expiresAt: sessionEndsAt }, { sessionEndsAt }),
    ]) {
      expect(commandAsOf(command, after(5 * minute - 1)).moves).toEqual([]);
      expect(commandAsOf(command, after(hour)).command).toMatchObject(over);
    }
  });

  it('lets run what runs when its session is over, and does not begin it again', () => {
    const running = claimedCommand({
      sessionEndsAt: after(10),
      claim: sampleClaim(0, { leaseUntil: after(2 * minute) }),
    });
    expect(commandAsOf(running, after(minute)).command).toBe(running);
    const { command, moves } = commandAsOf(running, after(2 * minute));
    expect(moves.map(({ kind }) => kind)).toEqual(['lapsed', 'session_over']);
    expect(command).toMatchObject({ state: 'cancelled', lapses: 1, finishedAt: after(2 * minute) });
  });

  it('offers an at-least-once command again when its lease lapses, with the claim still worth something', () => {
    const { command } = commandAsOf(claimedCommand(), after(minute));
    expect(command).toMatchObject({ state: 'queued', stateReason: 'lease_lapsed', lapses: 1, attempt: 1 });
    expect(command.claim?.nonce).toBe('nonce-1');
  });

  it('leaves it dead when no attempt remains', () => {
    expect(commandAsOf(claimedCommand({ attempt: 3 }), after(minute)).command).toMatchObject({
      state: 'dead',
      stateReason: 'attempts_used_up',
      finishedAt: after(minute),
    });
  });

  it('ends one that somebody wanted cancelled as cancelled, on its last attempt too', () => {
    const asked = claimedCommand({ attempt: 3, cancelRequestedAt: after(5) });
    expect(commandAsOf(asked, after(minute)).command).toMatchObject({ state: 'cancelled', lapses: 1 });
  });

  it('leaves an at-most-once command to a person, and never touches it again', () => {
    const { command } = commandAsOf(claimedCommand({ deliveryClass: 'at_most_once' }), after(minute));
    expect(command).toMatchObject({ state: 'unknown_outcome', finishedAt: null, lapses: 1 });
    expect(dueAt(command)).toBeNull();
  });

  it('tells of every move in the log, as the gateway, with the time at which it became due', () => {
    const entries = dueEntries(
      commandAsOf(claimedCommand({ cancelRequestedAt: after(5) }), after(hour)).moves,
    );
    expect(entries.map(({ kind, actor, data }) => [kind, actor.kind, data['dueAt']])).toEqual([
      ['command.lapsed', 'gateway', after(minute).toISOString()],
      ['command.cancelled', 'gateway', after(minute).toISOString()],
    ]);
  });

  it('ends a lapsed command that is past its time after the lapse, not before it', () => {
    const { moves } = commandAsOf(claimedCommand({ expiresAt: after(30_000) }), after(hour));
    expect(moves.map(({ kind, at }) => [kind, at])).toEqual([
      ['lapsed', after(minute)],
      ['expired', after(minute)],
    ]);
  });
});

describe('looking at a command through time', () => {
  const always = (check: (stored: Command, now: Date) => void) =>
    fc.assert(fc.property(anyCommand, anyMoment, check), { numRuns: 1_000 });

  it('leaves no move that is due', () => {
    always((stored, now) => {
      const due = dueAt(commandAsOf(stored, now).command);
      if (due !== null) expect(due.getTime()).toBeGreaterThan(now.getTime());
    });
  });

  it('shows the same when it is done twice', () => {
    always((stored, now) => {
      const { command } = commandAsOf(stored, now);
      expect(commandAsOf(command, now)).toEqual({ command, moves: [] });
    });
  });

  it('shows the same whether or not somebody looked in between', () => {
    fc.assert(
      fc.property(anyCommand, anyMoment, anyMoment, (stored, one, other) => {
        const [first, second] = one < other ? [one, other] : [other, one];
        const between = commandAsOf(stored, first).command;
        expect(commandAsOf(between, second).command).toEqual(commandAsOf(stored, second).command);
      }),
      { numRuns: 1_000 },
    );
  });

  it('moves in the order of time, never ahead of it, and not at all after an end', () => {
    always((stored, now) => {
      const { moves } = commandAsOf(stored, now);
      const times = moves.map(({ at }) => at.getTime());
      expect(times).toEqual([...times].sort((one, other) => one - other));
      expect(times.every((time) => time <= now.getTime())).toBe(true);
      if (isTerminal(stored.state)) expect(moves).toEqual([]);
    });
  });

  it('never revives an at-most-once command whose lease lapsed', () => {
    always((stored, now) => {
      if (stored.deliveryClass !== 'at_most_once' || stored.state !== 'claimed') return;
      expect(['claimed', 'unknown_outcome']).toContain(commandAsOf(stored, now).command.state);
    });
  });

  it('keeps who, what and which place in the queue', () => {
    always((stored, now) => {
      const { id, customerId, deviceId, parameters, rank, attempt, version } = commandAsOf(
        stored,
        now,
      ).command;
      expect({ id, customerId, deviceId, parameters, rank, attempt, version }).toEqual({
        id: stored.id,
        customerId: stored.customerId,
        deviceId: stored.deviceId,
        parameters: stored.parameters,
        rank: stored.rank,
        attempt: stored.attempt,
        version: stored.version,
      });
    });
  });
});
