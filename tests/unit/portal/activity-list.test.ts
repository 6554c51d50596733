import { describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../../../portal/src/api/api-client.js';
import type { LiveEvent } from '../../../portal/src/live/live-messages.js';
import { LiveView } from '../../../portal/src/live/live-view.js';
import { ActivityList } from '../../../portal/src/screens/activity/activity-list.js';

const entry = (seq: number, actor = 'ada'): LiveEvent => ({
  seq,
  prevSeq: seq - 1,
  at: '2026-05-04T10:00:00.000Z',
  kind: 'device.updated',
  actor: { kind: 'member', id: actor },
  subject: { kind: 'device', id: 'rack-1' },
  data: {},
  requestId: null,
});

interface Page {
  readonly items: readonly LiveEvent[];
  readonly nextCursor: string | null;
}

const noFilter = { subject: '', actor: '' };

/** A list whose questions are answered in their order, when the test says so. */
function opened(filter = noFilter, from: number | null = null) {
  const waiting: ((page: Page) => void)[] = [];
  const asked: unknown[] = [];
  const call = (_verb: string, _path: string, { query }: { query: unknown }): Promise<Page> => {
    asked.push(query);
    return new Promise((resolve) => waiting.push(resolve));
  };
  const list = new ActivityList({ call } as unknown as ApiClient, filter, from);
  const live = new LiveView(() => undefined);
  list.listen(live);
  const answer = async (items: readonly LiveEvent[], nextCursor: string | null = null) => {
    waiting.shift()?.({ items, nextCursor });
    await new Promise(setImmediate);
  };
  const seqs = () => list.items.value?.map(({ seq }) => seq);
  return { list, live, answer, asked, seqs };
}

describe('the list of what happened', () => {
  it('puts what is heard on top, each entry once, also while it was being read', async () => {
    const { list, live, answer, seqs, asked } = opened();
    void list.look();
    live.event(entry(3));
    live.event(entry(4));
    await answer([entry(3), entry(2)], 'more');
    expect(seqs()).toEqual([4, 3, 2]);
    live.event(entry(5));
    void list.more();
    await answer([entry(2), entry(1)]);
    expect(seqs()).toEqual([5, 4, 3, 2, 1]);
    expect(asked).toMatchObject([{ order: 'newest' }, { order: 'newest', cursor: 'more' }]);
  });

  it('adds nothing that the filter leaves out', async () => {
    const { list, live, answer, seqs } = opened({ subject: 'rack-1', actor: 'ada' });
    void list.look();
    await answer([entry(1)]);
    live.event(entry(2, 'bob'));
    live.event(entry(3));
    expect(seqs()).toEqual([3, 1]);
  });

  it('goes on downwards from a place that was chosen, and is live where the log ends', async () => {
    const { list, live, answer, seqs, asked } = opened(noFilter, 7);
    void list.look();
    await answer([entry(7), entry(8)], 'more');
    live.event(entry(10));
    expect(seqs()).toEqual([7, 8]);
    void list.more();
    live.event(entry(11));
    await answer([entry(9), entry(10)]);
    live.event(entry(12));
    expect(seqs()).toEqual([7, 8, 9, 10, 11, 12]);
    expect(asked[0]).toMatchObject({ after: 6 });
  });

  it('believes the newest look, in whatever order they are answered, and keeps as much as is shown', async () => {
    const { list, answer, seqs } = opened();
    void list.look();
    await answer([entry(2), entry(1)]);
    void list.look();
    void list.look();
    await answer([entry(2), entry(1)]);
    expect(seqs()).toEqual([2, 1]);
    await answer([entry(3)], 'more');
    await answer([entry(2), entry(1)]);
    expect(seqs()).toEqual([3, 2, 1]);
  });
});
