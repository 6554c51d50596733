import { describe, expect, it } from '@jest/globals';
import { commandStates } from '../../../src/domain/command/command-state.js';
import { settle, settlements } from '../../../src/domain/command/settle-rules.js';
import { refusalOf } from './refusal.js';
import { after, claimedCommand, sampleCommand } from './sample-command.js';

describe('settling an unknown outcome', () => {
  const unknown = claimedCommand({ state: 'unknown_outcome', deliveryClass: 'at_most_once' });

  it.each(settlements)('ends the command as %s, by a person’s word', (settlement) => {
    expect(settle(unknown, settlement, after(5))).toEqual({
      kind: 'settled',
      command: { ...unknown, state: settlement, stateReason: 'settled_by_person', finishedAt: after(5) },
    });
  });

  it('changes nothing when the same is said again, and refuses to be told otherwise', () => {
    const { command } = settle(unknown, 'failed', after(5));
    expect(settle(command, 'failed', after(9))).toEqual({ kind: 'again', command });
    expect(refusalOf(() => settle(command, 'succeeded', after(9))).code).toBe('not_settleable');
  });

  it.each(commandStates.filter((state) => state !== 'unknown_outcome'))(
    'is refused while the command is %s',
    (state) => {
      const refusal = refusalOf(() => settle(sampleCommand({ state }), 'succeeded', after(5)));
      expect(refusal).toMatchObject({ code: 'not_settleable', details: { state } });
    },
  );
});
