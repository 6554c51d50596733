import { describe, expect, it } from '@jest/globals';
import { label, line } from '../../../src/interfaces/cli/typed-options.js';

describe('what is typed on the command line', () => {
  it('is taken without the spaces around it', () => {
    expect(line(5)('  Rack ')).toBe('Rack');
    expect(line(5)(`${' '.repeat(10)}Racks`)).toBe('Racks');
  });

  it.each([
    ['nothing', ''],
    ['spaces', '   '],
    ['too long', 'x'.repeat(6)],
    ['two lines', 'a\nb'],
    ['a terminal’s escape', '\u001b[2J'],
    ['half a character', '\ud800'],
  ])('is refused when it is %s', (_, value) => {
    expect(() => line(5)(value)).toThrow(expect.objectContaining({ code: 'commander.invalidArgument' }));
  });

  it('gathers labels, and no more than a device may have', () => {
    const all = Array.from({ length: 32 }, (_, n) => `label-${String(n)}`);
    const gathered = all.reduce<readonly string[]>((before, one) => label(one, before), []);
    expect(gathered).toEqual(all);
    expect(() => label('one too many', gathered)).toThrow();
    expect(() => label('two\nlines')).toThrow('control characters');
  });
});
