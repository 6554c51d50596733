import { describe, expect, it } from '@jest/globals';
import { attemptNamePattern, PushAttempts } from '../../../src/interfaces/ws/device/push-attempts.js';

const following = (first: string, count = 3): readonly string[] => {
  const attempts = new PushAttempts(first, true);
  return Array.from({ length: count }, () => {
    const { current } = attempts;
    attempts.advance();
    return current;
  });
};

describe('the attempts of a push', () => {
  it.each([
    ['boot:7', ['boot:7', 'boot:8', 'boot:9']],
    ['boot', ['boot', 'boot:1', 'boot:2']],
    ['a:b:007', ['a:b:007', 'a:b:8', 'a:b:9']],
    [':5', [':5', ':5:1', ':5:2']],
    ['a:1234567890123', ['a:1234567890123', 'a:1234567890123:1', 'a:1234567890123:2']],
  ])('count on from %s', (first, names) => {
    expect(following(first)).toEqual(names);
  });

  it('may have been made before only where somebody named them', () => {
    const attempts = new PushAttempts('boot:7', true);
    expect(attempts.mayBeRepeated).toBe(true);
    attempts.advance();
    expect(attempts.mayBeRepeated).toBe(false);
  });

  it.each(['x'.repeat(112), `${'x'.repeat(112)}:${'9'.repeat(11)}`, 'a.b_c-d:1'])(
    'have names that can be named again, however far they count: %s',
    (first) => {
      for (const name of following(first)) expect(name).toMatch(attemptNamePattern);
    },
  );

  it.each(['', ' ', 'ü', 'x'.repeat(129), `${'x'.repeat(113)}:1`])('are not named %j', (name) => {
    expect(name).not.toMatch(attemptNamePattern);
  });
});
