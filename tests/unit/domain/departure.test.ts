import { describe, expect, it } from '@jest/globals';
import type { Command } from '../../../src/domain/command/command.js';
import type { Approval } from '../../../src/domain/approval/approval.js';
import type { Departure, StandingApprovals } from '../../../src/domain/customer/departure.js';
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
const standing = (given: Partial<Approval> = {}): StandingApprovals =>
  new Map([['grant-1', sampleApproval({ decisions: [vote('bo')], ...given })]]);
const beforehand: Partial<Command> = {
  risk: 'change',
  approval: null,
  allowedBy: { kind: 'standing_grant', id: 'grant-1' },
};
const reasonFor = (departure: Departure, command: Command, by: StandingApprovals = standing()) => {
  const answer = callOffWithout(departure, command, by, after(5));
  return answer.kind === 'again' ? null : answer.command.stateReason;
};

describe('when somebody is removed', () => {
  it('what they proposed and no device has begun is called off, approved or not', () => {
    for (const command of [sampleCommand(), waitingCommand(), sampleCommand(approvedBy('bo'))]) {
      const answer = callOffWithout(gone('ana'), command, standing(), after(5));
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
    expect(callOffWithout(gone('bo'), running, standing(), after(5))).toEqual({
      kind: 'again',
      command: running,
    });
    expect(reasonFor(gone('ana'), running)).toBeNull();
    expect(reasonFor(gone('bo'), claimedCommand(beforehand))).toBeNull();
  });

  it('what waits to be run by a standing grant is called off when they approved that', () => {
    const command = sampleCommand(beforehand);
    expect(reasonFor(gone('bo'), command)).toBe('approver_removed');
    expect(reasonFor(gone('cy'), command)).toBeNull();
    expect(reasonFor(gone('bo'), command, standing({ decisions: [vote('bo', false)] }))).toBeNull();
    // One that nobody knows of, or that they have nothing to do with.
    expect(reasonFor(gone('bo'), command, new Map())).toBeNull();
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

  it('what they allowed beforehand is called off when they could not any more, except what they proposed', () => {
    const roles = ['viewer', 'operator', 'approver', 'admin'] as const;
    const reasons = (id: string, command: Command, by = standing()) =>
      roles.map((role) => reasonFor({ id, role }, command, by));
    const demoted = 'approver_demoted';
    expect(reasons('bo', sampleCommand(beforehand))).toEqual([demoted, demoted, null, null]);
    // It ran by the word of somebody else.
    const both = { decisions: [vote('ana'), vote('bo')] };
    const ofAna = sampleCommand(beforehand);
    expect(reasons('ana', ofAna, standing(both))).toEqual(['proposer_demoted', null, null, null]);
    const rule = { ...sampleApproval().rule, selfApproval: true };
    const byThemselves = standing({ decisions: [vote('ana')], rule });
    expect(reasons('ana', ofAna, byThemselves)).toEqual(['proposer_demoted', demoted, null, null]);
  });

  it('what they ran by breaking the glass is called off when they could not break it any more', () => {
    const broken = sampleCommand({
      risk: 'change',
      approval: null,
      allowedBy: { kind: 'break_glass', id: 'ana' },
    });
    expect(reasonFor({ id: 'ana', role: 'operator' }, broken)).toBe('approver_demoted');
    expect(reasonFor({ id: 'ana', role: 'admin' }, broken)).toBeNull();
    expect(reasonFor(gone('ana'), broken)).toBe('proposer_removed');
    expect(reasonFor(gone('bo'), broken)).toBeNull();
  });

  it('their sessions go on for as long as they may work in them', () => {
    const kept = (['viewer', 'operator', 'approver', 'admin'] as const).map((role) =>
      keepsSessions({ id: 'a', role }),
    );
    expect(kept).toEqual([false, true, true, true]);
    expect(keepsSessions(gone('a'))).toBe(false);
  });
});
