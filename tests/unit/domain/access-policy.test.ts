import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { CustomerUseCase } from '../../../src/domain/customer/access-policy.js';
import { accessPolicy, requireAccess } from '../../../src/domain/customer/access-policy.js';
import type { Principal } from '../../../src/domain/customer/principal.js';
import type { Role } from '../../../src/domain/customer/role.js';
import { roles } from '../../../src/domain/customer/role.js';
import { refusalOf } from './refusal.js';

/** Who may, by kind and role; a program in the role of an approver or admin has no more than an operator. */
const people = { viewer: 'VOAX', operator: 'OAX', approver: 'AX', admin: 'X' } as const;
const all = 'VOAX voax';
const operators = 'OAX oax';

/** Capital letters are people, small ones programs: viewer, operator, approver (A), admin (X). */
const expected: Readonly<Record<CustomerUseCase, string>> = {
  listDevices: all,
  getDevice: all,
  getDeviceStatus: all,
  listCommandTypes: all,
  listCommands: all,
  getCommand: all,
  explainCommand: all,
  listApprovedCommands: all,
  listPendingApprovals: all,
  listMembers: all,
  listApiKeys: all,
  listSessions: all,
  getSession: all,
  readSessionTimeline: all,
  getApprovalPolicy: all,
  listStandingGrants: all,
  getStandingGrant: all,
  listBreakGlass: all,
  listActivity: all,
  verifyActivity: all,
  proposeCommand: operators,
  redriveCommand: operators,
  cancelCommand: operators,
  openSession: operators,
  closeSession: operators,
  proposeInSession: operators,
  requestStandingGrant: operators,
  revokeStandingGrant: operators,
  pauseDeviceQueue: operators,
  resumeDeviceQueue: operators,
  settleCommand: people.operator,
  decideCommand: people.approver,
  decideStandingGrant: people.approver,
  provisionDevice: people.admin,
  updateDevice: people.admin,
  issueActivationCode: people.admin,
  changeDeviceLifecycle: people.admin,
  signOutDeviceEverywhere: people.admin,
  changeApprovalPolicy: people.admin,
  breakGlass: people.admin,
  reviewBreakGlass: people.admin,
  enrolMember: people.admin,
  changeMember: people.admin,
  removeMember: people.admin,
  createApiKey: people.admin,
  revokeApiKey: people.admin,
};

const letters: Readonly<Record<Role, string>> = { viewer: 'V', operator: 'O', approver: 'A', admin: 'X' };
const useCases = Object.keys(accessPolicy) as CustomerUseCase[];
const kinds = ['member', 'service_account'] as const satisfies readonly Principal['kind'][];
const rows = useCases.flatMap((useCase) =>
  roles.flatMap((role) => kinds.map((kind) => [useCase, kind, role] as const)),
);

const ask = (standing: Pick<Principal, 'kind' | 'role'>, useCase: CustomerUseCase) => () => {
  requireAccess(standing, useCase);
};
const takesAPerson = (useCase: CustomerUseCase): boolean => 'peopleOnly' in accessPolicy[useCase];

describe('who may do what', () => {
  it.each(rows)('is written down for %s by a %s who is %s', (useCase, kind, role) => {
    const letter = kind === 'member' ? letters[role] : letters[role].toLowerCase();
    const asked = ask({ kind, role }, useCase);
    if (expected[useCase].includes(letter)) {
      expect(asked).not.toThrow();
    } else {
      const code = kind === 'service_account' && takesAPerson(useCase) ? 'human_required' : 'forbidden';
      expect(refusalOf(asked)).toMatchObject({ code, kind: 'forbidden' });
    }
  });

  it.each(useCases)('is for the command line what an admin may, unless it takes a person: %s', (useCase) => {
    const asked = ask({ kind: 'cli', role: 'admin' }, useCase);
    if (takesAPerson(useCase)) expect(refusalOf(asked)).toMatchObject({ code: 'human_required' });
    else expect(asked).not.toThrow();
  });
});

const source = join(import.meta.dirname, '..', '..', '..', 'src');

describe('every use case', () => {
  it('that the door offers to customers stands in the policy, and nothing else does', () => {
    const text = readFileSync(join(source, 'interfaces', 'http', 'use-cases.ts'), 'utf8');
    const [, members = ''] = /interface CustomerUseCases \{([^}]*)\}/.exec(text) ?? [];
    const offered = [...members.matchAll(/readonly (\w+):/g)].map(([, name = '']) => name);
    expect(offered.filter((name) => !name.startsWith('authenticate')).sort()).toEqual([...useCases].sort());
  });

  it('that acts for somebody asks the policy under its own name', () => {
    const application = join(source, 'application');
    const acting = readdirSync(application, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.startsWith('ports'))
      // Whoever follows something is asked what they would be asked who looks at it once.
      .filter((path) => path !== join('live', 'authorize-topics.ts'))
      .map((path) => ({ path, text: readFileSync(join(application, path), 'utf8') }))
      .filter(
        ({ text }) => /\bexecute\(/.test(text) && /\b(caller|principal): (Caller|Principal)\b/.test(text),
      );
    expect(acting.length).toBe(useCases.length);
    const silent = acting.filter(({ path, text }) => {
      const name = basename(path, '.ts').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
      return !text.includes(`requireAccess(`) || !text.includes(`'${name}'`);
    });
    expect(silent.map(({ path }) => path)).toEqual([]);
  });
});
