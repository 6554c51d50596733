import { ReconcileDispatch } from '../../src/application/dispatch/reconcile-dispatch.js';
import { SweepDueCommands } from '../../src/application/dispatch/sweep-due-commands.js';
import { byNow, hasEnded } from './modelled-command.js';
import type { CommandReference } from './command-reference.js';
import type { GatewayWorld } from './gateway-world.js';
import { codeOf, pick } from './operation.js';
import type { Answer, ModelEvent, Operation } from './operation.js';

/** What gateways do by themselves, and what happens to them: it changes no command beyond what time has done. */
const byItself = (
  kind: string,
  call: (world: GatewayWorld) => Promise<unknown>,
  apply: (model: CommandReference) => void = () => undefined,
  judge?: (after: CommandReference) => string | null,
): Operation => ({
  kind,
  prepare: () => ({
    call: async (world): Promise<Answer> => {
      try {
        await call(world);
        return { outcome: 'ok' };
      } catch (error) {
        return { outcome: codeOf(error) };
      }
    },
    events: ({ outcome }): readonly ModelEvent[] => [
      {
        kind,
        apply: (model) => {
          if (outcome === 'ok') apply(model);
          return outcome;
        },
        fits: (seen) => seen === 'ok',
      },
    ],
    ...(judge !== undefined && { judge: (_answer, _before, after) => judge(after) }),
  }),
});

const nothingOverdue = (model: CommandReference): string | null =>
  model.isOverdue ? 'something that is over was not written down' : null;

/** The store tells what is due, unless it was left behind. */
export const sweep = byItself(
  'sweep',
  (world) => world.get(SweepDueCommands).execute(),
  undefined,
  (after) => (after.state.calm ? nothingOverdue(after) : null),
);

export const sweepRecord = byItself(
  'sweep the record',
  (world) => world.get(SweepDueCommands).sweepRecord(),
  undefined,
  nothingOverdue,
);

export const reconcile = byItself(
  'reconcile',
  (world) => world.get(ReconcileDispatch).execute(),
  ({ state }) => {
    state.filled = true;
  },
);

export const placeEverything = byItself('place everything', (world) =>
  world.get(ReconcileDispatch).placeNext(),
);

export const wipe = byItself(
  'wipe',
  (world) => world.wipe(),
  ({ state }) => {
    state.filled = false;
    state.calm = false;
  },
);

const stepTo = (kind: string, target: (model: CommandReference) => number | null): Operation => ({
  kind,
  prepare: (model) => {
    const to = target(model);
    if (to === null || to === model.now) return null;
    const back = to < model.now;
    return {
      call: async (world) => {
        await world.setClock(to);
        return { outcome: back ? 'back' : 'on' };
      },
      events: ({ outcome }) => [
        {
          kind,
          apply: ({ state }) => {
            // Set back, the stores may hide for longer what they gave away before.
            if (back) state.calm = false;
            return outcome;
          },
          fits: () => true,
        },
      ],
    };
  },
});

export const step = (byMs: number): Operation => stepTo('clock', ({ now }) => now + byMs);

/** To the instant at which time makes a move, or just beside it. */
export const stepToDeadline = (n: number, besideMs: number): Operation =>
  stepTo('clock to a deadline', (model) => {
    const ahead = deadlinesOf(model).filter((at) => at + besideMs > model.now);
    const at = pick(ahead, n);
    return at === undefined ? null : at + besideMs;
  });

export const deadlinesOf = (model: CommandReference): readonly number[] =>
  model.all
    .map((command) => byNow(command, model.now))
    .filter((command) => !hasEnded(command))
    .flatMap(({ state, claim, windowUntil, notBefore, expiresAt, cancelRequestedAt }) => [
      ...(state === 'claimed' && claim !== null ? [claim.leaseUntil] : []),
      ...(state === 'awaiting_approval' && windowUntil !== null ? [windowUntil] : []),
      ...(state === 'queued' ? [cancelRequestedAt ?? expiresAt] : []),
      ...(state === 'queued' && notBefore !== null ? [notBefore] : []),
    ])
    .sort((a, b) => b - a);
