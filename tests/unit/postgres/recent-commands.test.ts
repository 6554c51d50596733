import { describe, expect, it } from '@jest/globals';
import { RecentCommands } from '../../../src/infrastructure/postgres/recent-commands.js';
import { clockOf } from '../../support/clock-of.js';
import { sampleCommand } from '../domain/sample-command.js';

const limits = { commands: 3, characters: 1_000 };
const opened = () =>
  new RecentCommands(
    clockOf(() => new Date(0)),
    limits,
  );
const named = (id: string, length = 0) => sampleCommand({ id, parameters: { text: 'x'.repeat(length) } });
const kept = (recent: RecentCommands) => ['a', 'b', 'c', 'd'].filter((id) => recent.find(id) !== undefined);

describe('commands that were written last', () => {
  it('are let go of from the oldest on when they are too many', () => {
    const recent = opened();
    for (const id of ['a', 'b', 'c', 'a', 'd']) recent.note(named(id));
    expect(kept(recent)).toEqual(['a', 'c', 'd']);
  });

  it('are kept however long one is, and let go of when they are too long together', () => {
    const recent = opened();
    recent.note(named('a', 100));
    recent.note(named('b', 600));
    expect(kept(recent)).toEqual(['a', 'b']);
    recent.note(named('c', 600));
    expect(kept(recent)).toEqual(['c']);
    recent.note(named('d', 1_000));
    expect(kept(recent)).toEqual([]);
  });

  it('count what they hold now, and not what they held before', () => {
    const recent = opened();
    for (let n = 0; n < 10; n += 1) recent.note(named('a', 300));
    recent.note(named('b', 300));
    recent.forget('nobody');
    expect(kept(recent)).toEqual(['a', 'b']);
    recent.forget('a');
    recent.note(named('c', 600));
    expect(kept(recent)).toEqual(['b', 'c']);
  });

  it('are forgotten when they end, or when others may wait for them', () => {
    const recent = opened();
    for (const id of ['a', 'b', 'c']) recent.note(named(id));
    recent.note({ ...named('a'), state: 'succeeded' });
    recent.note({ ...named('b'), lane: 'disk' });
    expect(kept(recent)).toEqual(['c']);
  });
});
