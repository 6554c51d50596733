import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { expectToExist, numberedSections } from './named-tests.js';

const page = new URL('../../../docs/security.md', import.meta.url);
const rows = numberedSections(page);

describe('the page about security', () => {
  it('has sixty demands, numbered in their order', () => {
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
  });

  it.each(rows)('says where $number comes from, and names tests that exist and hold it: $title', (row) => {
    expect(row.text).toMatch(/^From: .+$/m);
    expectToExist(page, row.tests);
    // Without a test there has to be a reason.
    if (row.tests.length === 0)
      expect(row.text).toMatch(/^\*\*(?:Not built|Not held|Decided otherwise)\.\*\* .+$/m);
  });

  it('tells of every secret that the configuration takes', () => {
    const source = readFileSync(new URL('../../../src/composition/config.ts', import.meta.url), 'utf8');
    const secrets = [...source.matchAll(/^ {2}(\w*(?:SECRET|PASSWORD|SIGNING_KEY|_URL)\w*):/gm)];
    const names = secrets.map(([, name = '']) => name).filter((name) => name !== 'SUPABASE_URL');
    expect(names).toContain('DATABASE_URL');
    const text = readFileSync(page, 'utf8');
    expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});
