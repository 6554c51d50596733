import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { commandAsOf, dueAt } from '../../../src/domain/command/due-moves.js';
import { placementOf } from '../../../src/domain/command/placement.js';
import { anyCommand, anyMoment } from './any-command.js';
import { after, claimedCommand, hour, minute, sampleCommand, waitingCommand } from './sample-command.js';

const { id: commandId, deviceId, rank } = sampleCommand();

describe("a command's place in the dispatch store", () => {
  it('is in the queue while it waits, at once or after its delay', () => {
    expect(placementOf(sampleCommand(), after(minute))).toEqual({
      kind: 'offer',
      deviceId,
      commandId,
      rank,
      delayMs: 0,
      dueInMs: hour - minute,
    });
    const delayed = sampleCommand({ notBefore: after(5 * minute) });
    expect(placementOf(delayed, after(minute))).toMatchObject({ kind: 'offer', delayMs: 4 * minute });
    expect(placementOf(delayed, after(6 * minute))).toMatchObject({ kind: 'offer', delayMs: 0 });
  });

  it('is in hold for its claimer until the lease is over', () => {
    expect(placementOf(claimedCommand(), after(10_000))).toEqual({
      kind: 'hold',
      deviceId,
      commandId,
      rank,
      attemptId: 'attempt-1',
      forMs: 50_000,
      dueInMs: 50_000,
    });
  });

  it('is only watched while others hinder it, and in hold for its claimer all the same', () => {
    const paused = { kind: 'queue_paused' } as const;
    expect(placementOf(sampleCommand(), after(minute), paused)).toEqual({
      kind: 'watch',
      deviceId,
      commandId,
      dueInMs: hour - minute,
    });
    expect(placementOf(claimedCommand(), after(10_000), paused).kind).toBe('hold');
  });

  it('is only watched while people decide', () => {
    expect(placementOf(waitingCommand(), after(minute))).toEqual({
      kind: 'watch',
      deviceId,
      commandId,
      dueInMs: 14 * minute,
    });
  });

  it.each(['unknown_outcome', 'succeeded', 'failed', 'rejected', 'expired', 'cancelled', 'dead'] as const)(
    'is nowhere when it is %s: time does nothing to it any more',
    (state) => {
      expect(placementOf(claimedCommand({ state }), after(5))).toEqual({ kind: 'drop', deviceId, commandId });
    },
  );

  it('carries ids and times only, in whole milliseconds that are never negative', () => {
    fc.assert(
      fc.property(anyCommand, anyMoment, (command, now) => {
        const { kind, deviceId: device, commandId: id, ...rest } = placementOf(command, now);
        expect([kind, device, id]).toEqual([expect.any(String), command.deviceId, command.id]);
        for (const value of Object.values(rest)) {
          if (typeof value === 'number') expect(Number.isSafeInteger(value) && value >= 0).toBe(true);
          else expect([null, 'attempt-1']).toContain(value);
        }
      }),
    );
  });

  it('is watched for exactly as long as time can still move the command', () => {
    fc.assert(
      fc.property(anyCommand, anyMoment, (stored, now) => {
        const { command } = commandAsOf(stored, now);
        const placement = placementOf(command, now);
        const due = dueAt(command);
        if (placement.kind === 'drop') expect(due).toBeNull();
        else expect(placement.dueInMs).toBe(due === null ? null : due.getTime() - now.getTime());
      }),
    );
  });
});
