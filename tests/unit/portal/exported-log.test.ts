import { describe, expect, it } from '@jest/globals';
import { Problem } from '../../../portal/src/api/problem.js';
import { exportLog, verifyCommand } from '../../../portal/src/screens/activity/exported-log.js';

/** A log from `first` to `last`, of which two entries are told at a time. */
function logOf(first: number, last: number) {
  const asked: number[] = [];
  const call = (_verb: string, _path: string, { query }: { query: { after: number } }) => {
    asked.push(query.after);
    const from = Math.max(first, query.after + 1);
    const seqs = [from, from + 1].filter((seq) => seq <= last);
    const items = seqs.map((seq) => ({ seq, hash: `h${seq}`, prevHash: `h${seq - 1}` }));
    return Promise.resolve({ items, nextCursor: from + 1 < last ? 'more' : null });
  };
  return { asked, api: { call } as unknown as Parameters<typeof exportLog>[0] };
}

const settings = { customerId: 'c', told: () => undefined, isOver: () => false, restMs: 1 };

describe('an exported log', () => {
  it('is every entry in its order, as JSON lines that name the customer', async () => {
    const { api, asked } = logOf(1, 5);
    const log = await exportLog(api, settings);
    expect(asked).toEqual([0, 2, 4]);
    const lines = (log?.parts ?? []).join('').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      [1, 2, 3, 4, 5].map((seq) => ({ customerId: 'c', seq, hash: `h${seq}`, prevHash: `h${seq - 1}` })),
    );
    expect(log).toMatchObject({ entries: 5, after: null, head: '5:h5' });
  });

  it('says what it hangs on where the beginning was forgotten', async () => {
    const log = await exportLog(logOf(8, 9).api, settings);
    expect(log).toMatchObject({ entries: 2, after: '7:h7', head: '9:h9' });
    expect(log === null ? '' : verifyCommand('log.jsonl', log)).toBe(
      'npm run fieldgate -- activity verify --file log.jsonl --after 7:h7 --head 9:h9',
    );
  });

  it('waits and goes on when it asked too often, and gives up at what else is refused', async () => {
    const { api } = logOf(1, 3);
    const refusing = (code: string, times: number) => {
      let left = times;
      const call = (...given: Parameters<typeof api.call>) => {
        left -= 1;
        if (left >= 0) throw new Problem({ title: 'No', code, status: 429, requestId: null });
        return api.call(...given);
      };
      return { call } as unknown as typeof api;
    };
    expect(await exportLog(refusing('rate_limited', 2), settings)).toMatchObject({ entries: 3 });
    await expect(exportLog(refusing('forbidden', 1), settings)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('is none when nobody wants it any more', async () => {
    let pages = 0;
    const log = await exportLog(logOf(1, 9).api, {
      ...settings,
      told: () => (pages += 1),
      isOver: () => pages === 2,
    });
    expect([log, pages]).toEqual([null, 2]);
  });
});
