import { CancelCommand } from '../../src/application/command/cancel-command.js';
import { DecideCommand } from '../../src/application/approval/decide-command.js';
import { ProposeCommand } from '../../src/application/command/propose-command.js';
import { RedriveCommand } from '../../src/application/command/redrive-command.js';
import { SettleCommand } from '../../src/application/command/settle-command.js';
import { ChangeDeviceLifecycle } from '../../src/application/device/change-device-lifecycle.js';
import { PauseDeviceQueue } from '../../src/application/device/pause-device-queue.js';
import { ResumeDeviceQueue } from '../../src/application/device/resume-device-queue.js';
import type { Settlement } from '../../src/domain/command/settle-rules.js';
import type { JsonObject } from '../../src/domain/shared/json.js';
import { hour, minute } from './command-reference.js';
import type { CommandReference } from './command-reference.js';
import { people, person } from './gateway-world.js';
import type { RecordedCommand } from './gateway-world.js';
import { hasEnded } from './modelled-command.js';
import type { ModelledCommand } from './modelled-command.js';
import { pick, single } from './operation.js';
import type { Operation, Prepared } from './operation.js';

export type Who = keyof typeof people;

export interface ProposeFacts {
  readonly id: string;
  readonly who: Who;
  readonly type: 'ping' | 'flush_dns_cache' | 'reboot';
  readonly priority: number;
  readonly notBeforeInMs: number | null;
  readonly expiresInMs: number;
  readonly maxAttempts: number;
  readonly visibilityMs: number;
  readonly lane: string | null;
  readonly dedupeKey: string | null;
}

const parametersOf: Readonly<Record<ProposeFacts['type'], JsonObject>> = {
  ping: { host: 'router.example' },
  flush_dns_cache: {},
  reboot: {},
};

const recordedSeq = (record: readonly RecordedCommand[], id: string): number =>
  record.find(({ command }) => command.id === id)?.acceptance ?? 0;

const newCommand = (
  model: CommandReference,
  seq: number,
  facts: Omit<ProposeFacts, 'notBeforeInMs'> & { notBefore: number | null; redriveOf: string | null },
): ModelledCommand => ({
  id: facts.id,
  seq,
  priority: facts.priority,
  lane: facts.lane,
  dedupeKey: facts.dedupeKey,
  redriveOf: facts.redriveOf,
  type: facts.type,
  atMostOnce: facts.type === 'reboot',
  proposer: people[facts.who],
  expiresAt: Math.max(model.now, facts.notBefore ?? 0) + facts.expiresInMs,
  windowUntil: facts.type === 'ping' ? null : model.now + 15 * minute,
  visibilityMs: facts.visibilityMs,
  maxAttempts: facts.maxAttempts,
  state: facts.type === 'ping' ? 'queued' : 'awaiting_approval',
  reason: null,
  notBefore: facts.notBefore,
  attempt: 0,
  lapses: 0,
  releases: 0,
  claim: null,
  finishedAt: null,
  cancelRequestedAt: null,
  progress: null,
  result: null,
  evidence: [],
  votes: [],
});

/** The record knows the place that a proposal got; the rest follows from what was asked for. */
function proposing(
  kind: string,
  call: Prepared['call'],
  id: string,
  apply: (model: CommandReference, seq: number) => string,
): Prepared {
  return {
    call,
    events: ({ outcome }, record) => [
      {
        kind,
        apply: (model) => apply(model, recordedSeq(record, id)),
        fits: (modelled) => (modelled === 'repeated' ? 'ok' : modelled) === outcome,
      },
    ],
  };
}

export const propose = (facts: ProposeFacts): Operation => ({
  kind: 'propose',
  prepare: (model) => {
    const notBefore = facts.notBeforeInMs === null ? null : model.now + facts.notBeforeInMs;
    const { call } = single(
      'propose',
      () => '',
      (world) =>
        world.get(ProposeCommand).execute({
          caller: person(people[facts.who], true),
          commandId: facts.id,
          deviceId: world.deviceId,
          type: facts.type,
          parameters: parametersOf[facts.type],
          priority: facts.priority,
          reason: null,
          notBefore: notBefore === null ? null : new Date(notBefore),
          expiresInMs: facts.expiresInMs,
          maxAttempts: facts.maxAttempts,
          visibilityTimeoutMs: facts.visibilityMs,
          lane: facts.lane,
          dedupeKey: facts.dedupeKey,
        }),
    );
    return proposing('propose', call, facts.id, (model, seq) =>
      model.propose(newCommand(model, seq, { ...facts, notBefore, redriveOf: null })),
    );
  },
});

export const redrive = (n: number, newId: string, who: Who): Operation => ({
  kind: 'redrive',
  prepare: (model) => {
    const target = pick(model.all, n);
    if (target === undefined) return null;
    const { call } = single(
      'redrive',
      () => '',
      (world) =>
        world
          .get(RedriveCommand)
          .execute({ caller: person(people[who], true), commandId: target.id, newCommandId: newId }),
    );
    return proposing('redrive', call, newId, (model, seq) => {
      const old = model.at(target.id);
      if (old === undefined) return 'not_found';
      if (!hasEnded(old)) return 'not_redrivable';
      const { priority, maxAttempts, visibilityMs, lane, dedupeKey } = old;
      const type = old.type as ProposeFacts['type'];
      const again = { priority, maxAttempts, visibilityMs, lane, dedupeKey, type, who, id: newId };
      return model.propose(
        newCommand(model, seq, { ...again, expiresInMs: hour, notBefore: null, redriveOf: old.id }),
      );
    });
  },
});

export const decide = (
  n: number,
  who: Who,
  approved: boolean,
  rightDigest: boolean,
  secondFactor: boolean,
): Operation => ({
  kind: 'decide',
  prepare: (model) => {
    const waiting = model.all.filter(({ windowUntil }) => windowUntil !== null);
    const open = waiting.filter(({ state }) => state === 'awaiting_approval');
    const target = pick(open.length > 0 && n % 3 > 0 ? open : waiting, n);
    if (target === undefined) return null;
    return deciding(target.id, who, approved, rightDigest, secondFactor);
  },
});

export const decideOn = (id: string, who: Who): Operation => ({
  kind: 'decide',
  prepare: () => deciding(id, who, true, true, true),
});

function deciding(
  id: string,
  who: Who,
  approved: boolean,
  rightDigest: boolean,
  secondFactor: boolean,
): Prepared {
  const vote = { by: people[who], secondFactor, approved, rightDigest };
  return single(
    'decide',
    (model) => model.decide(id, vote),
    async (world) => {
      const known = (await world.commands()).find(({ command }) => command.id === id);
      return world.get(DecideCommand).execute({
        caller: person(people[who], secondFactor, world.now),
        commandId: id,
        approved,
        digest: rightDigest ? (known?.command.approval?.digest ?? '') : 'f'.repeat(64),
        reason: null,
      });
    },
  );
}

export const cancel = (n: number): Operation => ({
  kind: 'cancel',
  prepare: (model) => {
    const target = pick(model.all, n);
    if (target === undefined) return null;
    return single(
      'cancel',
      (model) => model.cancel(target.id),
      (world) =>
        world.get(CancelCommand).execute({ caller: person(people.kim, false), commandId: target.id }),
    );
  },
});

export const settle = (n: number, settlement: Settlement): Operation => ({
  kind: 'settle',
  prepare: (model) => {
    const unknown = model.all.filter(({ id }) => model.at(id)?.state === 'unknown_outcome');
    const target = pick(n % 4 > 0 ? unknown : model.all, n);
    return target === undefined ? null : settling(target.id, settlement);
  },
});

export const settleOn = (id: string): Operation => ({
  kind: 'settle',
  prepare: () => settling(id, 'failed'),
});

function settling(id: string, settlement: Settlement): Prepared {
  return single(
    'settle',
    (model) => model.settle(id, settlement),
    (world) =>
      world.get(SettleCommand).execute({
        caller: person(people.kim, false),
        commandId: id,
        settlement,
        reason: 'went to look',
      }),
  );
}

const ofTheDevice = (
  kind: string,
  apply: (model: CommandReference) => string,
  call: Parameters<typeof single>[2],
): Operation => ({ kind, prepare: () => single(kind, apply, call) });

const admin = person(people.kim, false);

export const pause = ofTheDevice(
  'pause',
  ({ state }) => {
    state.paused = true;
    return 'ok';
  },
  (world) => world.get(PauseDeviceQueue).execute({ caller: admin, deviceId: world.deviceId, reason: null }),
);

export const resume = ofTheDevice(
  'resume',
  ({ state }) => {
    state.paused = false;
    return 'ok';
  },
  (world) => world.get(ResumeDeviceQueue).execute({ caller: admin, deviceId: world.deviceId }),
);

export const suspendDevice = ofTheDevice(
  'suspend device',
  (model) => model.suspend(),
  (world) =>
    world.get(ChangeDeviceLifecycle).execute({ caller: admin, deviceId: world.deviceId, act: 'suspended' }),
);

export const resumeDevice = ofTheDevice(
  'resume device',
  ({ state }) => {
    state.active = true;
    return 'ok';
  },
  (world) =>
    world.get(ChangeDeviceLifecycle).execute({ caller: admin, deviceId: world.deviceId, act: 'resumed' }),
);
