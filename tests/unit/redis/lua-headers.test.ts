import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { readLuaScripts, scriptNames } from '../../../src/infrastructure/redis/lua-scripts.js';
import { luaText } from './lua-text.js';

const folder = new URL('../../../src/infrastructure/redis/scripts/', import.meta.url);
const read = (name: string) => readFileSync(new URL(`${name}.lua`, folder), 'utf8');

/** What may take as long as the store is large, or hides that something went wrong. */
const unbounded = [
  [
    'reads or walks a whole key or the whole store',
    /'(KEYS|SCAN|[HSZ]SCAN|SMEMBERS|HGETALL|HKEYS|HVALS|SORT)'/,
  ],
  ['asks for a range without an end', /'(Z|L)(REV)?RANGE', [^)]*, '?-1'?\)/],
  ['combines whole keys', /'[SZ](INTER|UNION|DIFF)\w*'/],
  ['swallows errors', /\bpcall\b/],
  ['is a matter of chance', /math\.random|SRANDMEMBER|RANDOMKEY|HRANDFIELD/],
] as const;

/** They read all tokens of a device: 64 at most, as `put-token` sees to. */
const ofAllTokens = ['put-token', 'revoke-tokens'];

describe('Lua scripts', () => {
  it('are all known by name', () => {
    const files = readdirSync(folder).filter((file) => file !== 'prelude.lua');
    expect(files.sort()).toEqual(scriptNames.map((name) => `${name}.lua`));
  });

  it('read the clock in one place, which each of them asks once at most', () => {
    expect(read('prelude').match(/'TIME'/g)).toHaveLength(1);
    for (const name of scriptNames) {
      expect([name, read(name).match(/'TIME'/g)]).toEqual([name, null]);
      expect([name, (read(name).match(/\binstant\(/g) ?? []).length < 2]).toEqual([name, true]);
    }
  });

  it.each([...scriptNames, 'prelude'])('%s does nothing that grows with the store', (name) => {
    const text = luaText(read(name)).code;
    const code = ofAllTokens.includes(name) ? text.replace(/'(HGETALL|HVALS)', KEYS\[1\]/, '') : text;
    expect(unbounded.filter(([, found]) => found.test(code)).map(([what]) => what)).toEqual([]);
    const ranges = code.match(/'Z(REV)?RANGEBY(SCORE|LEX)'.*/g) ?? [];
    expect(ranges.filter((call) => !call.includes("'LIMIT'"))).toEqual([]);
  });

  describe.each([...scriptNames])('%s', (name) => {
    const lua = luaText(read(name));

    it('begins with its purpose, in a sentence', () => {
      expect(lua.purpose).toMatch(/^[A-Z][a-z]+ .*\.$/);
    });

    it('describes every key that it uses, in their order, and no other', () => {
      const numbers = Array.from({ length: readLuaScripts()[name].keyCount }, (_, n) => n + 1);
      expect(lua.describedKeys).toEqual(numbers);
      expect(lua.usedKeys).toEqual(numbers);
    });

    it('describes every argument that it uses, and no other', () => {
      expect(lua.describedArguments).toEqual(lua.usedArguments);
      expect(lua.describedArguments).toEqual(lua.describedArguments.map((_, n) => n + 1));
    });

    it('names the status words that it answers, and answers nothing else', () => {
      expect(lua.promisedAnswers).toEqual(lua.givenAnswers);
      expect(lua.promisedAnswers.length).toBeGreaterThan(0);
      expect(lua.otherReturns).toEqual([]);
      expect(lua.code.trimEnd()).toMatch(/\nreturn [^\n]+$/);
    });

    it('states how many keys it touches: all that it is given', () => {
      const stated = /Touches (\d+) keys?\b/.exec(lua.header)?.[1];
      expect(Number(stated)).toBe(readLuaScripts()[name].keyCount);
    });

    it('reaches for keys only through those that it is given', () => {
      expect(lua.madeUpKeys).toEqual([]);
    });
  });
});

describe('The reading of a script', () => {
  const sample = `-- Does something.
-- KEYS[1] ready: ids
-- ARGV[1] one, ARGV[2] the first of many
-- Answers {'done', id, ...}.
-- Touches 1 key.
local ready = KEYS[1]
for n = 2, #ARGV do
  redis.call('ZREM', ready, ARGV[n])
end
redis.call('ZADD', ready, ARGV[1], 'x')
return { 'done' }
`;

  it('finds nothing wrong with one that is right', () => {
    const lua = luaText(sample);
    expect([lua.describedKeys, lua.usedKeys]).toEqual([[1], [1]]);
    expect([lua.describedArguments, lua.usedArguments]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect([lua.promisedAnswers, lua.givenAnswers, lua.otherReturns]).toEqual([['done'], ['done'], []]);
    expect(lua.madeUpKeys).toEqual([]);
  });

  it.each([
    ['a key that is not described', "redis.call('DEL', KEYS[2])", { usedKeys: [1, 2] }],
    ['an argument that is not described', 'whole(ARGV[3])', { usedArguments: [1, 2, 3] }],
    [
      'an answer that is not promised',
      "if x then return { 'other' } end",
      { givenAnswers: ['done', 'other'] },
    ],
    ['an answer without a status word', 'if x then return 7 end', { otherReturns: ['return 7 end'] }],
    ['a key that it makes up', "redis.call('DEL', ready .. 'x')", { madeUpKeys: ["ready .. 'x'"] }],
    ['a key out of an argument', "redis.call('DEL', ARGV[1])", { madeUpKeys: ['ARGV[1]'] }],
  ])('finds %s', (_, line, found) => {
    expect(luaText(sample.replace('local ready', `${line}\nlocal ready`))).toMatchObject(found);
  });
});
