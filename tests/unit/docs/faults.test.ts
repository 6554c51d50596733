import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { faultDefinitions, statusOf } from '../../../src/interfaces/http/fault-codes.js';

const page = readFileSync(new URL('../../../docs/faults.md', import.meta.url), 'utf8');
const sections = page.split(/^## /m).slice(1);
const codeOf = (section: string): string | undefined => /^`([a-z_]+)`\n/.exec(section)?.[1];

describe('the page about problems', () => {
  it('has one heading for every code and no other heading', () => {
    expect(sections.map(codeOf).sort()).toEqual(Object.keys(faultDefinitions).sort());
  });

  it.each(Object.entries(faultDefinitions))(
    'tells the status of %s and what to do next',
    (code, { kind }) => {
      const section = sections.find((candidate) => codeOf(candidate) === code) ?? '';
      expect(section).toContain(`Status ${String(statusOf({ code, kind }))}.`);
      expect(section).toMatch(/^What to do: \S/m);
    },
  );
});
