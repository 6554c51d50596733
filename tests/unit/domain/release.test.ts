import { describe, expect, it } from '@jest/globals';
import { release } from '../../../src/domain/command/claim-rules.js';
import { commandAsOf } from '../../../src/domain/command/due-moves.js';
import { after, claimedCommand, minute } from './sample-command.js';

describe('releasing a command', () => {
  it('puts it back in the queue, in its place, and voids the claim', () => {
    const held = claimedCommand();
    expect(release(held, 0, after(5))).toEqual({
      ...held,
      state: 'queued',
      stateReason: 'released',
      claim: null,
      releases: 1,
      notBefore: null,
    });
  });

  it('keeps it away for as long as the device asked', () => {
    expect(release(claimedCommand(), 30_000, after(5)).notBefore).toEqual(after(30_005));
  });

  it('counts apart from lapses', () => {
    expect(release(claimedCommand({ lapses: 2 }), 0, after(5))).toMatchObject({ lapses: 2, releases: 1 });
  });

  it('leaves it dead when no attempt remains', () => {
    expect(release(claimedCommand({ attempt: 3 }), 0, after(5))).toMatchObject({
      state: 'dead',
      stateReason: 'attempts_used_up',
      finishedAt: after(5),
      claim: null,
    });
  });

  it('ends it when somebody wanted it cancelled, attempts or not', () => {
    for (const attempt of [1, 3]) {
      const released = release(claimedCommand({ attempt, cancelRequestedAt: after(2) }), minute, after(5));
      expect(commandAsOf(released, after(5)).command.state).toBe('cancelled');
    }
  });

  it('ends it at that very moment when its time ran out, or somebody called it off, while it was held', () => {
    for (const change of [{ expiresAt: after(2) }, { cancelRequestedAt: after(2) }]) {
      const released = release(claimedCommand(change), 0, after(5));
      const { command, moves } = commandAsOf(released, after(5), after(5));
      expect(command.finishedAt).toEqual(after(5));
      expect(moves.map(({ at }) => at)).toEqual([after(5)]);
    }
  });

  it('after a lapse only says when it may be tried again, and ends what the claim had left to say', () => {
    const lapsed = commandAsOf(claimedCommand(), after(2 * minute)).command;
    expect(release(lapsed, 30_000, after(2 * minute))).toEqual({
      ...lapsed,
      claim: null,
      releases: 1,
      stateReason: 'released',
      notBefore: after(2 * minute + 30_000),
    });
  });

  it('keeps an at-most-once command from being lost: the device says that it did not run', () => {
    const released = release(claimedCommand({ deliveryClass: 'at_most_once' }), 0, after(5));
    expect(released.state).toBe('queued');
  });
});
