import { describe, expect, it } from '@jest/globals';
import type { Command } from '../../../src/domain/command/command.js';
import type { Departure } from '../../../src/domain/customer/departure.js';
import { callOffWithout, keepsSessions } from '../../../src/domain/customer/departure.js';
import { after, claimedCommand, sampleApproval, sampleCommand, waitingCommand } from './sample-command.js';

const vote = (id: string, approved = true) => ({
  by: { id, name: id },
  approved,
  reason: null,
  at: after(0).toISOString(),
});
const approvedBy = (id: string): Partial<Command> => ({
  risk: 'change',
  approval: sampleApproval({ decisions: [vote(id)] }),
});
const gone = (id: string): Departure => ({ id, role: null });
const reasonFor = (departure: Departure, command: Command) => {
  const answer = callOffWithout(departure, command, after(5));
  return answer.kind === 'again' ? null : answer.command.stateReason;
};

describe('when somebody is removed', () => {
  it('what they proposed and no device has begun is called off, approved or not', () => {
    for (const command of [sampleCommand(), waitingCommand(), sampleCommand(approvedBy('bo'))]) {
      const answer = callOffWithout(gone('ana'), command, after(5));
      expect(answer).toMatchObject({
        kind: 'called_off',
        command: { state: 'cancelled', stateReason: 'proposer_removed', finishedAt: after(5) },
      });
    }
  });

  it('what waits to be run on their word is called off', () => {
    expect(reasonFor(gone('bo'), sampleCommand(approvedBy('bo')))).toBe('approver_removed');
  });

  it('what still waits for others stays, and only their vote is gone', () => {
    expect(reasonFor(gone('bo'), waitingCommand({ decisions: [vote('bo')] }))).toBeNull();
  });

  it('what a device has begun goes on', () => {
    const running = claimedCommand(approvedBy('bo'));
    expect(callOffWithout(gone('bo'), running, after(5))).toEqual({ kind: 'again', command: running });
    expect(reasonFor(gone('ana'), running)).toBeNull();
  });

  it('what others proposed and approved is none of their business', () => {
    expect(reasonFor(gone('cy'), sampleCommand(approvedBy('bo')))).toBeNull();
    expect(
      reasonFor(gone('bo'), sampleCommand({ approval: sampleApproval({ decisions: [vote('bo', false)] }) })),
    ).toBeNull();
  });
});

describe('when somebody may do less than before', () => {
  it.each([
    ['viewer', 'proposer_demoted', 'approver_demoted'],
    ['operator', null, 'approver_demoted'],
    ['approver', null, null],
    ['admin', null, null],
  ] as const)('%s: what they could not say any more is called off', (role, proposed, approved) => {
    expect(reasonFor({ id: 'ana', role }, sampleCommand())).toBe(proposed);
    expect(reasonFor({ id: 'bo', role }, sampleCommand(approvedBy('bo')))).toBe(approved);
  });

  it('their sessions go on for as long as they may work in them', () => {
    const kept = (['viewer', 'operator', 'approver', 'admin'] as const).map((role) =>
      keepsSessions({ id: 'a', role }),
    );
    expect(kept).toEqual([false, true, true, true]);
    expect(keepsSessions(gone('a'))).toBe(false);
  });
});
