import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const page = new URL('../../../docs/invariants.md', import.meta.url);

interface NamedTest {
  readonly path: string;
  readonly name: string;
}

interface Invariant {
  readonly number: number;
  readonly title: string;
  readonly tests: readonly NamedTest[];
}

const invariants = readFileSync(page, 'utf8').split(/^### /m).slice(1).map(invariantOf);

function invariantOf(section: string): Invariant {
  const [, number = '', title = ''] = /^(\d+)\. (.+)\n/.exec(section) ?? [];
  const lines = section.matchAll(/^- \[`[^`]+`\]\(([^)]+)\): (.+)$/gm);
  const tests = [...lines].map(([, path = '', name = '']) => ({ path, name }));
  return { number: Number(number), title, tests };
}

/** A test’s name stands behind a bracket and before a comma, in any of the three quotes. */
function isIn(source: string, name: string): boolean {
  const text = name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll("'", String.raw`\\?'`);
  return ["'", '"', '`'].some((quote) => new RegExp(String.raw`\(\s*${quote}${text}${quote},`).test(source));
}

describe('the page about what is always true', () => {
  it('gives every invariant a number of its own, in their order', () => {
    const numbers = invariants.map(({ number }) => number);
    expect(numbers.length).toBeGreaterThan(30);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(numbers[0]).toBe(1);
  });

  it.each(invariants)('names tests that exist and hold $number, $title', ({ tests }) => {
    expect(tests).not.toEqual([]);
    for (const { path, name } of tests) {
      const file = new URL(path, page);
      expect([path, existsSync(file)]).toEqual([path, true]);
      expect([path, name, isIn(readFileSync(file, 'utf8'), name)]).toEqual([path, name, true]);
    }
  });
});
