import { existsSync, readFileSync } from 'node:fs';
import { expect } from '@jest/globals';

/** A test that a page names: its file, as the page links to it, and its title. */
export interface NamedTest {
  readonly path: string;
  readonly name: string;
}

/** A part of a page under a heading of its own: `### 7. Title`. */
export interface NumberedSection {
  readonly number: number;
  readonly title: string;
  readonly text: string;
  readonly tests: readonly NamedTest[];
}

export const numberedSections = (page: URL): readonly NumberedSection[] =>
  readFileSync(page, 'utf8').split(/^### /m).slice(1).map(sectionOf);

function sectionOf(section: string): NumberedSection {
  // What stands under the next heading of a chapter is not of this section.
  const [text = ''] = section.split(/^## /m);
  const [, number = '', title = ''] = /^(\d+)\. (.+)\n/.exec(text) ?? [];
  const lines = text.matchAll(/^- \[`[^`]+`\]\(([^)]+)\): (.+)$/gm);
  const tests = [...lines].map(([, path = '', name = '']) => ({ path, name }));
  return { number: Number(number), title, text, tests };
}

/**
 * A test’s name stands behind a bracket and before a comma, or at the beginning of a line and before a colon where it
 * is the key of a table; in any of the three quotes.
 */
function isIn(source: string, name: string): boolean {
  const text = name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll("'", String.raw`\\?'`);
  return ["'", '"', '`'].some((quote) => {
    const quoted = `${quote}${text}${quote}`;
    return new RegExp(String.raw`\(\s*${quoted},|^\s*${quoted}:`, 'm').test(source);
  });
}

/** Each of the tests has to be there, in the file that the page links to. */
export function expectToExist(page: URL, tests: readonly NamedTest[]): void {
  for (const { path, name } of tests) {
    const file = new URL(path, page);
    expect([path, existsSync(file)]).toEqual([path, true]);
    expect([path, name, isIn(readFileSync(file, 'utf8'), name)]).toEqual([path, name, true]);
  }
}
