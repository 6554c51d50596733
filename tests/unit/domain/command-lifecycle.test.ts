import { describe, expect, it } from '@jest/globals';
import type { CommandEvent, TransitionRefusal } from '../../../src/domain/command/command-lifecycle.js';
import {
  commandEvents,
  commandTransitions,
  transition,
} from '../../../src/domain/command/command-lifecycle.js';
import { move } from '../../../src/domain/command/command-move.js';
import type { CommandState } from '../../../src/domain/command/command-state.js';
import { commandStates, isTerminal } from '../../../src/domain/command/command-state.js';
import { after, sampleCommand } from './sample-command.js';

type Row = Readonly<Record<CommandEvent, `to ${CommandState}` | TransitionRefusal>>;

const ended: Row = {
  approved: 'command_finished',
  denied: 'command_finished',
  approval_lapsed: 'command_finished',
  called_off: 'command_finished',
  not_started: 'command_finished',
  claimed: 'command_finished',
  resumed: 'command_finished',
  returned: 'command_finished',
  exhausted: 'command_finished',
  outcome_lost: 'command_finished',
  succeeded: 'command_finished',
  failed: 'command_finished',
  stopped: 'command_finished',
};

/** What every event does in every state. */
const expected: Readonly<Record<CommandState, Row>> = {
  awaiting_approval: {
    approved: 'to queued',
    denied: 'to rejected',
    approval_lapsed: 'to expired',
    called_off: 'to cancelled',
    not_started: 'already_started',
    claimed: 'not_claimable',
    resumed: 'not_claimed',
    returned: 'not_claimed',
    exhausted: 'not_claimed',
    outcome_lost: 'not_claimed',
    succeeded: 'not_claimed',
    failed: 'not_claimed',
    stopped: 'not_claimed',
  },
  queued: {
    approved: 'not_awaiting_approval',
    denied: 'not_awaiting_approval',
    approval_lapsed: 'not_awaiting_approval',
    called_off: 'to cancelled',
    not_started: 'to expired',
    claimed: 'to claimed',
    resumed: 'to claimed',
    returned: 'not_claimed',
    exhausted: 'not_claimed',
    outcome_lost: 'not_claimed',
    succeeded: 'to succeeded',
    failed: 'to failed',
    stopped: 'to cancelled',
  },
  claimed: {
    approved: 'not_awaiting_approval',
    denied: 'not_awaiting_approval',
    approval_lapsed: 'not_awaiting_approval',
    called_off: 'already_started',
    not_started: 'already_started',
    claimed: 'already_claimed',
    resumed: 'not_claimed',
    returned: 'to queued',
    exhausted: 'to dead',
    outcome_lost: 'to unknown_outcome',
    succeeded: 'to succeeded',
    failed: 'to failed',
    stopped: 'to cancelled',
  },
  unknown_outcome: {
    approved: 'not_awaiting_approval',
    denied: 'not_awaiting_approval',
    approval_lapsed: 'not_awaiting_approval',
    called_off: 'already_started',
    not_started: 'already_started',
    claimed: 'not_claimable',
    resumed: 'not_claimed',
    returned: 'not_claimed',
    exhausted: 'not_claimed',
    outcome_lost: 'not_claimed',
    succeeded: 'to succeeded',
    failed: 'to failed',
    stopped: 'to cancelled',
  },
  succeeded: ended,
  failed: ended,
  rejected: ended,
  expired: ended,
  cancelled: ended,
  dead: ended,
};

const pairs = commandStates.flatMap((state) => commandEvents.map((event) => [state, event] as const));

describe("a command's life cycle", () => {
  it('is tested for every state and every event', () => {
    expect(Object.keys(expected).sort()).toEqual([...commandStates].sort());
    expect(pairs).toHaveLength(130);
  });

  it.each(pairs)('answers as written when one that is %s is %s', (state, event) => {
    const answer = transition(state, event);
    expect('to' in answer ? `to ${answer.to}` : answer.refused).toBe(expected[state][event]);
  });

  it('ends exactly in the states that nothing leaves', () => {
    const leftByNothing = commandStates.filter(
      (state) => Object.keys(commandTransitions[state]).length === 0,
    );
    expect(commandStates.filter(isTerminal)).toEqual(leftByNothing);
  });

  it('can reach every state from where a proposal begins', () => {
    const reached = new Set<CommandState>(['awaiting_approval', 'queued']);
    for (const state of reached) Object.values(commandTransitions[state]).forEach((to) => reached.add(to));
    expect([...reached].sort()).toEqual([...commandStates].sort());
  });
});

describe('a move', () => {
  it.each(pairs)(
    'of one that is %s by %s follows the table and stamps an end, and only an end',
    (state, event) => {
      const command = sampleCommand({ state });
      const answer = transition(state, event);
      if ('refused' in answer) {
        expect(() => move(command, event, after(5))).toThrow(answer.refused);
        return;
      }
      const moved = move(command, event, after(5), { stateReason: 'because' });
      expect(moved).toEqual({
        ...command,
        state: answer.to,
        stateReason: 'because',
        finishedAt: isTerminal(answer.to) ? after(5) : null,
      });
    },
  );
});
