import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { filesBelow, projectRoot } from './planted-violations.js';

const codeFolders = ['src', 'agent', 'demo', 'bench', 'scripts', 'tests'];
const code = codeFolders.flatMap((folder) =>
  filesBelow(
    join(projectRoot, folder),
    (path) =>
      /\.(ts|mjs|cjs|lua)$/.test(path) && !path.includes('violations/') && !path.includes('node_modules/'),
  ).map((path) => join(folder, path)),
);

const longest = 330;

/** Words that say where something is kept and not what it is. */
const vagueNames = [
  'index',
  'util',
  'utils',
  'helper',
  'helpers',
  'type',
  'types',
  'common',
  'misc',
  'shared',
];
/** A word that every language of objects has worn out: the verb or the noun behind it is the better name. */
const vagueWords = /(^|-)(manager|processor|impl|utils?|helpers?)(-|$)/;

describe('the shape of the source', () => {
  it('keeps every file within 330 lines', () => {
    expect(code.length).toBeGreaterThan(0);
    expect(code.filter((path) => linesOf(path) > longest)).toEqual([]);
  });

  it('keeps files small: half of the gateway within 70 lines, nine in ten within 235', () => {
    const lengths = code
      .filter((path) => path.startsWith('src/'))
      .map(linesOf)
      .sort((one, other) => one - other);
    expect(lengths[Math.floor(lengths.length * 0.5)]).toBeLessThanOrEqual(70);
    expect(lengths[Math.floor(lengths.length * 0.9)]).toBeLessThanOrEqual(235);
  });

  it('names files after what they hold', () => {
    const vague = code.filter((path) => {
      const [name = ''] = basename(path).split('.');
      return vagueNames.includes(name) || vagueWords.test(name);
    });
    expect(vague).toEqual([]);
  });

  it('writes names in lower case with hyphens', () => {
    const odd = code.filter((path) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/.test(basename(path)));
    expect(odd).toEqual([]);
  });

  it('silences no check', () => {
    const silencers = [
      'eslint-' + 'disable',
      '@ts-' + 'ignore',
      '@ts-' + 'nocheck',
      '@ts-' + 'expect-error',
      'prettier-' + 'ignore',
    ];
    const silent = code.filter((path) => silencers.some((word) => textOf(path).includes(word)));
    expect(silent).toEqual([]);
  });
});

function textOf(path: string): string {
  return readFileSync(join(projectRoot, path), 'utf8');
}

function linesOf(path: string): number {
  return textOf(path).trimEnd().split('\n').length;
}
