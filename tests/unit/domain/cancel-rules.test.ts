import { describe, expect, it } from '@jest/globals';
import { extend, release } from '../../../src/domain/command/claim-rules.js';
import { cancel, supersede } from '../../../src/domain/command/cancel-rules.js';
import { commandStates, isTerminal } from '../../../src/domain/command/command-state.js';
import { commandAsOf } from '../../../src/domain/command/due-moves.js';
import { refusalOf } from './refusal.js';
import { after, claimedCommand, minute, sampleCommand, waitingCommand } from './sample-command.js';

describe('cancelling a command', () => {
  it.each([waitingCommand(), sampleCommand()])('calls off one that has not started', (command) => {
    expect(cancel(command, 'cancelled_by_person', after(5))).toEqual({
      kind: 'called_off',
      command: {
        ...command,
        state: 'cancelled',
        stateReason: 'cancelled_by_person',
        cancelRequestedAt: after(5),
        finishedAt: after(5),
      },
    });
  });

  it('asks the device to stop one that is running, and leaves its claim alone', () => {
    const held = claimedCommand();
    expect(cancel(held, 'cancelled_by_person', after(5))).toEqual({
      kind: 'requested',
      command: { ...held, cancelRequestedAt: after(5), stateReason: 'cancelled_by_person' },
    });
  });

  it('remembers why it was called off, whatever the device does then', () => {
    const asked = cancel(claimedCommand(), 'device_retired', after(5)).command;
    const lapsed = commandAsOf(asked, after(minute)).command;
    const released = commandAsOf(release(extend(asked, minute, after(6)), 0, after(7)), after(7)).command;
    for (const command of [lapsed, released]) {
      expect(command).toMatchObject({ state: 'cancelled', stateReason: 'device_retired' });
    }
  });

  it('changes nothing the second time', () => {
    const asked = claimedCommand({ cancelRequestedAt: after(5) });
    expect(cancel(asked, 'cancelled_by_person', after(9))).toEqual({ kind: 'again', command: asked });
    const done = sampleCommand({ state: 'cancelled', finishedAt: after(5) });
    expect(cancel(done, 'cancelled_by_person', after(9))).toEqual({ kind: 'again', command: done });
  });

  it('keeps a running command that lapses from being offered again', () => {
    const asked = claimedCommand({ cancelRequestedAt: after(5) });
    const { command, moves } = commandAsOf(asked, after(minute));
    expect(command.state).toBe('cancelled');
    expect(moves.map(({ kind }) => kind)).toEqual(['lapsed', 'cancelled']);
  });

  it.each(commandStates.filter((state) => isTerminal(state) && state !== 'cancelled'))(
    'is refused when the command has ended as %s',
    (state) => {
      const refusal = refusalOf(() => cancel(sampleCommand({ state }), 'cancelled_by_person', after(5)));
      expect(refusal).toMatchObject({ code: 'command_finished', details: { state } });
    },
  );

  it('is refused when nobody knows the outcome: a person settles that', () => {
    const unknown = claimedCommand({ state: 'unknown_outcome' });
    expect(refusalOf(() => cancel(unknown, 'cancelled_by_person', after(5))).code).toBe('outcome_unknown');
  });
});

describe('superseding a command', () => {
  it.each([waitingCommand(), sampleCommand(), sampleCommand({ attempt: 1, lapses: 1 })])(
    'calls off one that no device holds, and says why',
    (command) => {
      expect(supersede(command, after(5))).toMatchObject({
        state: 'cancelled',
        stateReason: 'superseded',
        finishedAt: after(5),
      });
    },
  );

  it.each(commandStates.filter((state) => state !== 'queued' && state !== 'awaiting_approval'))(
    'leaves one alone that is %s',
    (state) => {
      expect(supersede(claimedCommand({ state }), after(5))).toBeNull();
    },
  );
});
