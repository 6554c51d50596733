import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isTerminal } from '../../../src/domain/command/command-state.js';
import { commandAsOf } from '../../../src/domain/command/due-moves.js';
import type { Surroundings } from '../../../src/domain/command/explanation.js';
import { explain } from '../../../src/domain/command/explanation.js';
import { deviceLifecycles } from '../../../src/domain/device/device-lifecycle.js';
import { connections } from '../../../src/domain/device/presence.js';
import { anyCommand, anyMoment } from './any-command.js';
import {
  after,
  claimedCommand,
  minute,
  sampleApproval,
  sampleCommand,
  waitingCommand,
} from './sample-command.js';

const around: Surroundings = {
  now: after(minute),
  lifecycle: 'active',
  connection: 'online',
  lastSeenAt: after(0),
  aheadId: null,
  queuePause: null,
  hindrance: null,
  voterRoles: new Map(),
};
const created = after(0).toISOString();

describe('why a command does not run', () => {
  it('says that it is ready when nothing is in its way', () => {
    expect(explain(sampleCommand(), around)).toEqual([{ reason: 'ready', since: created, detail: {} }]);
  });

  it('says how many approvals are missing and who may give them', () => {
    const rule = { ...sampleApproval().rule, approvals: 2, mfa: true };
    expect(explain(waitingCommand({ rule }), around)).toEqual([
      {
        reason: 'awaiting_approval',
        since: created,
        detail: {
          missing: 2,
          roles: ['approver', 'admin'],
          selfApproval: false,
          secondFactor: true,
          expiresAt: after(15 * minute).toISOString(),
        },
      },
    ]);
  });

  it.each(deviceLifecycles.filter((lifecycle) => lifecycle !== 'active'))(
    'says that the device is %s',
    (lifecycle) => {
      expect(explain(sampleCommand(), { ...around, lifecycle, connection: 'offline' })).toEqual([
        { reason: 'device_not_active', since: null, detail: { lifecycle } },
      ]);
    },
  );

  it.each(connections)('says whether the device is away: %s', (connection) => {
    const [first] = explain(sampleCommand(), { ...around, connection });
    const here = connection === 'online' || connection === 'degraded';
    expect(first).toMatchObject(
      here ? { reason: 'ready' } : { reason: 'device_offline', since: created, detail: { connection } },
    );
  });

  it('tells a wished delay from one between two attempts', () => {
    const until = after(5 * minute);
    const reasons = [0, 1].map((attempt) => explain(sampleCommand({ attempt, notBefore: until }), around));
    expect(reasons).toEqual([
      [{ reason: 'not_before', since: created, detail: { until: until.toISOString(), attempt: 0 } }],
      [{ reason: 'backing_off', since: null, detail: { until: until.toISOString(), attempt: 1 } }],
    ]);
  });

  it('says that it is ready as soon as the delay is over', () => {
    expect(explain(sampleCommand({ notBefore: around.now }), around)[0]?.reason).toBe('ready');
  });

  it('names the command ahead, and every other reason that holds at the same time', () => {
    const reasons = explain(sampleCommand(), { ...around, connection: 'stale', aheadId: 'first' });
    expect(reasons).toEqual([
      { reason: 'device_offline', since: created, detail: { connection: 'stale' } },
      { reason: 'behind_command', since: created, detail: { commandId: 'first' } },
    ]);
  });

  it('says since when it is being run, and that it was asked to stop', () => {
    const reasons = explain(claimedCommand({ cancelRequestedAt: after(30_000) }), around);
    expect(reasons).toEqual([
      { reason: 'claimed', since: created, detail: { attempt: 1, leaseUntil: after(minute).toISOString() } },
      { reason: 'cancel_requested', since: after(30_000).toISOString(), detail: {} },
    ]);
  });

  it('says that a person must settle an unknown outcome, since the lease was over', () => {
    expect(explain(claimedCommand({ state: 'unknown_outcome' }), around)).toEqual([
      { reason: 'outcome_unknown', since: after(minute).toISOString(), detail: {} },
    ]);
  });

  it('says how it ended', () => {
    const dead = claimedCommand({
      state: 'dead',
      stateReason: 'attempts_used_up',
      finishedAt: after(minute),
    });
    expect(explain(dead, around)).toEqual([
      {
        reason: 'finished',
        since: after(minute).toISOString(),
        detail: { state: 'dead', reason: 'attempts_used_up' },
      },
    ]);
  });

  it('always has an answer, and says "finished" of what has ended, and of nothing else', () => {
    fc.assert(
      fc.property(anyCommand, anyMoment, (stored, now) => {
        const { command } = commandAsOf(stored, now);
        const reasons = explain(command, { ...around, now }).map(({ reason }) => reason);
        expect(reasons).not.toHaveLength(0);
        expect(reasons.includes('finished')).toBe(isTerminal(command.state));
      }),
    );
  });
});
