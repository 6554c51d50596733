import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ApiClient } from '../../../portal/src/api/api-client.js';
import type { Command } from '../../../portal/src/api/things.js';
import { LiveView } from '../../../portal/src/live/live-view.js';
import { SessionView } from '../../../portal/src/screens/session/session-view.js';

const entry = (seq: number, kind = 'command.claimed') => ({
  seq,
  prevSeq: seq - 1,
  at: '2026-05-04T10:00:00.000Z',
  kind,
  actor: { kind: 'device', id: 'rack-1' },
  subject: { kind: 'command', id: 'command-1' },
  data: { sessionId: 'session-1' },
  requestId: null,
});
const command = (state: Command['state']) => ({ id: 'command-1', state, attempt: 1, progress: null });

/** A gateway that answers when the test says so. */
function newGateway() {
  const asked: { readonly path: string; readonly query: unknown; answer(body: unknown): void }[] = [];
  const call = (_verb: string, path: string, { query }: { query?: unknown }): Promise<unknown> =>
    new Promise((resolve) => asked.push({ path, query, answer: resolve }));
  /** Answers the earliest question that ends like this. */
  const answer = async (end: string, body: unknown): Promise<unknown> => {
    const index = asked.findIndex(({ path }) => path.endsWith(end));
    const [question] = asked.splice(index, index < 0 ? 0 : 1);
    if (question === undefined) throw new Error(`nobody asked for ${end}`);
    question.answer(body);
    await jest.advanceTimersByTimeAsync(0);
    return question.query;
  };
  return { api: { call } as unknown as ApiClient, answer };
}

describe('the view of a session', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const opened = () => {
    const { api, answer } = newGateway();
    const view = new SessionView(api, 'session-1');
    const live = new LiveView(() => undefined);
    view.listen(live);
    view.look();
    const seqs = () => view.entries.value.map(({ seq }) => seq);
    return { view, live, answer, seqs };
  };

  it('has each entry once, in order, that was heard while the timeline was read page by page', async () => {
    const { view, live, answer, seqs } = opened();
    live.event(entry(4));
    await answer('/sessions/{id}', { id: 'session-1', commands: [command('claimed')] });
    await answer('/timeline', { items: [entry(2), entry(3)], nextCursor: 'more' });
    live.event(entry(6));
    await answer('/timeline', { items: [entry(4), entry(5)], nextCursor: null });
    expect(seqs()).toEqual([2, 3, 4, 5, 6]);
    expect(view.isThere.value).toBe(true);
  });

  it('reads on after what it has read, not after what it has only heard', async () => {
    const { live, answer, seqs } = opened();
    await answer('/sessions/{id}', { id: 'session-1', commands: [command('claimed')] });
    await answer('/timeline', { items: [entry(2)], nextCursor: null });
    live.event(entry(7));
    await jest.advanceTimersByTimeAsync(1_000);
    live.lookAgain();
    await answer('/sessions/{id}', { id: 'session-1', commands: [command('claimed')] });
    const query = await answer('/timeline', { items: [entry(5), entry(7)], nextCursor: null });
    expect(query).toMatchObject({ after: 2 });
    expect(seqs()).toEqual([2, 5, 7]);
  });

  it('does not let an older answer about all commands undo a newer one about a single one', async () => {
    const { view, live, answer } = opened();
    live.event(entry(3, 'command.finished'));
    await answer('/commands/{id}', command('succeeded'));
    await answer('/sessions/{id}', { id: 'session-1', commands: [command('claimed')] });
    expect(view.commands.value.get('command-1')?.state).toBe('succeeded');
  });

  it('has output once and in order that was heard before its command was known, and read with it', async () => {
    const { view, live, answer } = opened();
    const told = (from: number, pieces: readonly string[], sessionId = 'session-1') =>
      live.progress({
        commandId: 'command-1',
        deviceId: 'rack-1',
        sessionId,
        attempt: 1,
        percent: null,
        message: null,
        output: pieces.at(-1) ?? null,
        at: '2026-05-04T10:00:00.000Z',
        from,
        pieces,
      });
    told(3, ['three ']);
    told(1, ['of another '], 'session-2');
    const progress = {
      percent: null,
      message: null,
      output: 'two ',
      at: '2026-05-04T10:00:00.000Z',
      attempt: 1,
      from: 1,
      pieces: ['one ', 'two '],
    };
    await answer('/sessions/{id}', { id: 'session-1', commands: [{ ...command('claimed'), progress }] });
    told(4, ['four']);
    const stream = view.streams.value.get('command-1');
    expect(stream?.pieces.map(({ text }) => text).join('')).toBe('one two three four');
    expect(view.commands.value.get('command-1')?.progress?.output).toBe('four');
  });

  it('looks at what runs when it is live again: nobody tells what it put out meanwhile', async () => {
    const { live, answer } = opened();
    const over = { ...command('succeeded'), id: 'command-2' };
    await answer('/sessions/{id}', { id: 'session-1', commands: [command('claimed'), over] });
    live.stateChanged({ kind: 'live' });
    await answer('/commands/{id}', command('claimed'));
    await expect(answer('/commands/{id}', over)).rejects.toThrow('nobody asked');
  });
});
