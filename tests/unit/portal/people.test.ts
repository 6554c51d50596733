import { describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../../../portal/src/api/api-client.js';
import { People } from '../../../portal/src/customer/people.js';

/** A customer with one member, whose log tells who was removed. */
function opened(log: Readonly<Record<string, readonly { readonly data: object }[]>>) {
  const asked: string[] = [];
  const call = (_verb: string, path: string, { query }: { query: { subject?: string } }) => {
    asked.push(query.subject ?? path);
    if (query.subject !== undefined) {
      const items = log[query.subject];
      return items === undefined ? Promise.reject(new Error('away')) : Promise.resolve({ items });
    }
    const items = path.endsWith('/members') ? [{ userId: 'ada', name: 'Ada' }] : [];
    return Promise.resolve({ items, nextCursor: null });
  };
  return { people: new People({ call } as unknown as ApiClient), asked };
}

describe('people who are gone', () => {
  it('keep the name that they were last known by, asked for once', async () => {
    const { people, asked } = opened({
      'member:bob': [{ data: { role: 'operator', name: 'Bob' } }, { data: { name: 'Robert' } }],
      'api_key:bot': [{ data: {} }, { data: { name: 'Night bot' } }],
    });
    await people.look();
    asked.length = 0;
    const parties = [
      { kind: 'member', id: 'ada' },
      { kind: 'member', id: 'bob' },
      { kind: 'service_account', id: 'bot' },
      { kind: 'device', id: 'rack-1' },
    ];
    await people.want(parties);
    await people.want(parties);
    expect(asked).toEqual(['member:bob', 'api_key:bot']);
    expect([...people.names.value.values()]).toEqual(['Ada', 'Bob', 'Night bot']);
  });

  it('are left to their ids where the log does not answer', async () => {
    const { people } = opened({});
    await people.want([{ kind: 'member', id: 'bob' }]);
    expect(people.names.value.has('bob')).toBe(false);
  });
});
