import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defaultApprovalPolicy } from '../../../src/domain/approval/approval-policy.js';
import type { Approval } from '../../../src/domain/approval/approval.js';
import {
  decide as decideAmong,
  lacksSecondFactor,
  mayDecide,
} from '../../../src/domain/approval/decision-rules.js';
import type { LiveRoles, Vote } from '../../../src/domain/approval/vote.js';
import { missingApprovals, votersOf } from '../../../src/domain/approval/vote.js';
import type { Command } from '../../../src/domain/command/command.js';
import { commandAsOf } from '../../../src/domain/command/due-moves.js';
import type { Principal } from '../../../src/domain/customer/principal.js';
import { roles } from '../../../src/domain/customer/role.js';
import { refusalOf } from './refusal.js';
import { after, minute, sampleApproval, sampleCommand, waitingCommand } from './sample-command.js';

type Person = Extract<Principal, { kind: 'member' }>;

const person = (id: string, change: Partial<Person> = {}): Person => ({
  kind: 'member',
  id,
  name: id.toUpperCase(),
  customerId: '01960000-0000-7000-8000-0000000000c1',
  role: 'approver',
  aal: 'aal1',
  ...change,
});

const { digest, rule } = sampleApproval();
const yes = (id: string, change: Partial<Person> = {}) => ({
  voter: person(id, change),
  approved: true,
  digest,
  reason: null,
});
const no = (id: string) => ({ ...yes(id), approved: false, reason: 'not now' });
/** Where nobody's role has changed since they voted. */
const decide = (command: Command, vote: Vote, now: Date) =>
  decideAmong(command, vote, stillApprovers(command.approval), now);
const stillApprovers = (approval: Approval | null): LiveRoles =>
  new Map(votersOf(approval).map((id) => [id, 'approver']));

const two = { rule: { ...rule, approvals: 2 } };

describe('a vote', () => {
  it('that completes the quorum puts the command in the queue', () => {
    const waiting = waitingCommand();
    const answer = decide(waiting, yes('ben'), after(5));
    const decisions = [
      { by: { id: 'ben', name: 'BEN' }, approved: true, reason: null, at: after(5).toISOString() },
    ];
    expect(answer).toEqual({
      kind: 'approved',
      approvers: ['ben'],
      command: { ...waiting, state: 'queued', approval: sampleApproval({ decisions }) },
    });
  });

  it('that does not complete it is counted', () => {
    const first = decide(waitingCommand(two), yes('ben'), after(5));
    expect(first).toMatchObject({ kind: 'counted', command: { state: 'awaiting_approval' } });
    expect(decide(first.command, yes('eva'), after(6))).toMatchObject({
      kind: 'approved',
      command: { state: 'queued' },
    });
  });

  it('against it rejects the command, whatever the others said', () => {
    const first = decide(waitingCommand(two), yes('ben'), after(5));
    expect(decide(first.command, no('eva'), after(6))).toMatchObject({
      kind: 'denied',
      command: { state: 'rejected', stateReason: 'approval_denied', finishedAt: after(6) },
    });
  });

  it('that is repeated changes nothing, before the end and after it', () => {
    const counted = decide(waitingCommand(two), yes('ben'), after(5)).command;
    expect(decide(counted, yes('ben'), after(6))).toMatchObject({ kind: 'replayed', command: counted });
    const approved = decide(waitingCommand(), yes('ben'), after(5)).command;
    expect(decide(approved, yes('ben'), after(99))).toMatchObject({ kind: 'replayed', command: approved });
    const rejected = decide(waitingCommand(), no('ben'), after(5)).command;
    expect(decide(rejected, no('ben'), after(99))).toMatchObject({ kind: 'replayed', command: rejected });
  });

  it('can be changed before the quorum, and the later one stands alone', () => {
    const counted = decide(waitingCommand(two), yes('ben'), after(5)).command;
    const changed = decide(counted, no('ben'), after(6));
    expect(changed).toMatchObject({ kind: 'denied', command: { state: 'rejected' } });
    expect(changed.command.approval?.decisions).toHaveLength(1);
  });

  it('cannot be changed once it is decided', () => {
    const approved = decide(waitingCommand(), yes('ben'), after(5)).command;
    expect(refusalOf(() => decide(approved, no('ben'), after(6))).code).toBe('already_decided');
    expect(refusalOf(() => decide(approved, yes('eva'), after(6))).code).toBe('already_decided');
    const rejected = decide(waitingCommand(), no('ben'), after(5)).command;
    expect(refusalOf(() => decide(rejected, yes('ben'), after(6))).code).toBe('already_decided');
  });
});

describe('a vote is refused', () => {
  it.each<Principal>([
    { kind: 'service_account', id: 'bot', name: 'Bot', customerId: 'c', role: 'admin' },
    { kind: 'cli', id: 'ops', name: 'Ops', customerId: 'c', role: 'admin' },
  ])('when it is not a person who votes', (voter) => {
    expect(refusalOf(() => decide(waitingCommand(), { ...yes('x'), voter }, after(5))).code).toBe(
      'human_required',
    );
  });

  it.each(roles)('unless the rule names the role: %s', (role) => {
    const vote = () => decide(waitingCommand(), yes('ben', { role }), after(5));
    if (rule.roles.includes(role)) expect(vote().kind).toBe('approved');
    else expect(refusalOf(vote).code).toBe('forbidden');
  });

  it('when the person was shown something else', () => {
    const vote = { ...yes('ben'), digest: 'e'.repeat(64) };
    expect(refusalOf(() => decide(waitingCommand(), vote, after(5)))).toMatchObject({
      code: 'digest_mismatch',
    });
  });

  it('on a proposal of their own, for and against, unless the rule allows it', () => {
    expect(refusalOf(() => decide(waitingCommand(), yes('ana'), after(5))).code).toBe('self_approval');
    expect(refusalOf(() => decide(waitingCommand(), no('ana'), after(5))).code).toBe('self_approval');
    const allowed = waitingCommand({ rule: { ...rule, selfApproval: true } });
    expect(decide(allowed, yes('ana'), after(5)).kind).toBe('approved');
  });

  it('without the second factor where the rule asks for it', () => {
    const strict = waitingCommand({ rule: { ...rule, mfa: true } });
    expect(refusalOf(() => decide(strict, yes('ben'), after(5))).code).toBe('mfa_required');
    expect(decide(strict, yes('ben', { aal: 'aal2' }), after(5)).kind).toBe('approved');
  });

  it('where something would be destroyed, unless the second factor was used within five minutes', () => {
    const strict = waitingCommand({ rule: { ...rule, mfa: true } }, { risk: 'destructive' });
    const vote = (change: Partial<Person>) => () => decide(strict, yes('ben', change), after(10 * minute));
    const used = (ms: number): Partial<Person> => ({ aal: 'aal2', secondFactorAt: after(ms) });
    expect(refusalOf(vote({ aal: 'aal2' })).code).toBe('mfa_required');
    expect(refusalOf(vote({ aal: 'aal2', secondFactorAt: null })).code).toBe('mfa_required');
    expect(refusalOf(vote({ ...used(9 * minute), aal: 'aal1' })).code).toBe('mfa_required');
    expect(refusalOf(vote(used(5 * minute - 1))).code).toBe('mfa_required');
    expect(vote(used(5 * minute))().kind).toBe('approved');
    const lenient = waitingCommand({ rule }, { risk: 'destructive' });
    expect(decide(lenient, yes('ben'), after(5)).kind).toBe('approved');
  });

  it('without a reason where the rule wants one, for and against', () => {
    const waiting = waitingCommand({ rule: { ...rule, reasonRequired: true } });
    for (const approved of [true, false]) {
      for (const reason of [null, '', '  \n']) {
        const vote = () => decide(waiting, { ...yes('ben'), approved, reason }, after(5));
        expect(refusalOf(vote)).toMatchObject({ code: 'reason_required', kind: 'invalid' });
      }
    }
    expect(decide(waiting, { ...yes('ben'), reason: 'it is time' }, after(5)).kind).toBe('approved');
  });

  it('after the approval window, as gone', () => {
    const late = commandAsOf(waitingCommand(), after(15 * minute)).command;
    expect(refusalOf(() => decide(late, yes('ben'), after(15 * minute)))).toMatchObject({
      code: 'approval_expired',
      kind: 'gone',
    });
  });

  it('when the command was cancelled before anything was decided', () => {
    const cancelled = { state: 'cancelled', finishedAt: after(4) } as const;
    expect(refusalOf(() => decide(waitingCommand({}, cancelled), yes('ben'), after(5))).code).toBe(
      'command_finished',
    );
    const halfWay = decide(waitingCommand(two), yes('ben'), after(3)).command;
    const refusal = refusalOf(() => decide({ ...halfWay, ...cancelled }, yes('eva'), after(5)));
    expect(refusal.code).toBe('command_finished');
  });

  it('when nobody asked for one', () => {
    expect(refusalOf(() => decide(sampleCommand(), yes('ben'), after(5))).code).toBe('already_decided');
  });
});

describe('the quorum', () => {
  const anyVotes = fc.array(
    fc.record({ id: fc.constantFrom('ben', 'eva', 'kim', 'lou', 'ana'), approved: fc.boolean() }),
    { maxLength: 12 },
  );

  it('is made of distinct people, none of them the proposer, and of nobody who said no', () => {
    fc.assert(
      fc.property(anyVotes, fc.integer({ min: 1, max: 4 }), (votes, approvals) => {
        let command = waitingCommand({ rule: { ...rule, approvals } });
        for (const { id, approved } of votes) {
          if (command.state !== 'awaiting_approval') break;
          if (id === 'ana') refusalOf(() => decide(command, { ...yes(id), approved }, after(5)));
          else command = decide(command, { ...yes(id), approved }, after(5)).command;
        }
        const decisions = command.approval?.decisions ?? [];
        const voters = decisions.map(({ by }) => by.id);
        expect(new Set(voters).size).toBe(voters.length);
        expect(voters).not.toContain('ana');
        if (command.state === 'queued') {
          expect(voters).toHaveLength(approvals);
          expect(decisions.every(({ approved }) => approved)).toBe(true);
        }
        if (command.state === 'awaiting_approval')
          expect(missingOf(command.approval)).toBe(approvals - voters.length);
      }),
      { numRuns: 500 },
    );
  });
});

describe('an approval', () => {
  const counted = decide(waitingCommand(two), yes('ben'), after(5)).command;
  const now = after(6);

  it.each<[string, LiveRoles]>([
    ['belongs to the customer no more', new Map()],
    ['has lost the role', new Map([['ben', 'viewer']])],
  ])('is kept and does not count once whoever gave it %s', (_what, roles) => {
    const answer = decideAmong(counted, yes('eva'), roles, now);
    expect(answer).toMatchObject({ kind: 'counted', approvers: ['eva'] });
    expect(votersOf(answer.command.approval)).toEqual(['ben', 'eva']);
    const after2 = decideAmong(answer.command, yes('kim'), new Map([...roles, ['eva', 'approver']]), now);
    expect(after2).toMatchObject({ kind: 'approved', approvers: ['eva', 'kim'] });
  });

  it('counts again when they have got it back, from the next vote on, a repeated one included', () => {
    const { command } = decideAmong(counted, yes('eva'), new Map(), now);
    const all: LiveRoles = new Map([
      ['ben', 'approver'],
      ['eva', 'approver'],
    ]);
    expect(
      missingApprovals(sampleApproval({ ...two, decisions: command.approval?.decisions ?? [] }), all),
    ).toBe(0);
    expect(decideAmong(command, yes('ben'), all, now)).toMatchObject({ kind: 'approved' });
    expect(decideAmong(command, yes('eva'), new Map(), now).kind).toBe('replayed');
  });
});

describe('who may decide', () => {
  it('is told beforehand exactly as the decision will be', () => {
    const anyVoter = fc.record({
      id: fc.constantFrom('ana', 'ben'),
      role: fc.constantFrom(...roles),
      aal: fc.constantFrom('aal1' as const, 'aal2' as const),
    });
    fc.assert(
      fc.property(anyVoter, fc.boolean(), fc.boolean(), ({ id, role, aal }, mfa, selfApproval) => {
        const waiting = waitingCommand({ rule: { ...rule, mfa, selfApproval } });
        const vote = () => decide(waiting, yes(id, { role, aal }), after(5));
        if (mayDecide(waiting, person(id, { role, aal }), after(5))) expect(vote().kind).toBe('approved');
        else expect(refusalOf(vote).kind).toBe('forbidden');
        const refused = mayDecide(waiting, person(id, { role, aal }), after(5)) ? null : refusalOf(vote).code;
        const isMissing = lacksSecondFactor(waiting, person(id, { role, aal }), after(5));
        expect(isMissing).toBe(refused === 'mfa_required');
      }),
    );
  });

  it('is nobody once it is decided, and never a program', () => {
    expect(mayDecide(sampleCommand(), person('ben'), after(5))).toBe(false);
    expect(mayDecide(decide(waitingCommand(), yes('ben'), after(5)).command, person('eva'), after(5))).toBe(
      false,
    );
    const bot = { kind: 'service_account', id: 'bot', name: 'Bot', customerId: 'c', role: 'admin' } as const;
    expect(mayDecide(waitingCommand(), bot, after(5))).toBe(false);
    expect(lacksSecondFactor(waitingCommand({ rule: { ...rule, mfa: true } }), bot, after(5))).toBe(false);
  });
});

describe('the policy that a customer starts with', () => {
  it('lets looking run at once, and asks another person before a change, with a second factor to destroy', () => {
    const { read, change, destructive } = defaultApprovalPolicy.rules;
    const asked = {
      roles: ['approver', 'admin'],
      selfApproval: false,
      windowMs: 15 * minute,
      reasonRequired: false,
    };
    expect(read).toEqual({ ...asked, approvals: 0, mfa: false });
    expect(change).toEqual({ ...asked, approvals: 1, mfa: false });
    expect(destructive).toEqual({ ...asked, approvals: 1, mfa: true });
  });
});

const missingOf = (approval: Approval | null): number | null =>
  approval === null ? null : missingApprovals(approval, stillApprovers(approval));
