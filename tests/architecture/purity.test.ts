import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { ESLint } from 'eslint';
import { filesBelow, guiltyFiles, plantedRoot, projectRoot } from './planted-violations.js';

const run = promisify(execFile);

describe('the purity of domain and application', () => {
  it('is a matter of types: what a host offers is unknown there', async () => {
    const errors = await typeErrors(join(plantedRoot, 'purity', 'tsconfig.json'));
    const files = errors.map((line) => line.replace(/\(.*$/, '').replace(/^.*\//, ''));
    expect(files.sort()).toEqual(guiltyFiles(join(plantedRoot, 'purity')));
  }, 60_000);

  it('is kept', async () => {
    expect(await typeErrors(join(projectRoot, 'tsconfig.core.json'))).toEqual([]);
  }, 60_000);

  it.each(['src/domain/command/claim.ts', 'src/application/ports/clock.ts'])(
    'allows no clock and no chance of their own in %s',
    async (place) => {
      for (const { path, findings } of await lint('ambience', place)) {
        const expected = path.startsWith('breaks-') ? [expect.stringContaining('come through a port')] : [];
        expect({ path, findings }).toEqual({ path, findings: expected });
      }
    },
    60_000,
  );

  it('ends where tools begin: they may ask for the time', async () => {
    const found = await lint('ambience', 'src/infrastructure/signing/uuid-ids.ts');
    expect(found.filter(({ findings }) => findings.some((message) => message.includes('port')))).toEqual([]);
  }, 60_000);
});

describe('the use of the language', () => {
  it('is checked by rules that fire exactly on what is planted against them', async () => {
    const found = await lint('language', 'src/domain/command/claim.ts', 'ruleId');
    expect(Object.fromEntries(found.map(({ path, findings }) => [path, findings]))).toEqual({
      'breaks-by-any.ts': ['@typescript-eslint/no-explicit-any'],
      'breaks-by-default-export.ts': ['no-restricted-syntax'],
      'breaks-by-enum.ts': ['no-restricted-syntax'],
      'breaks-by-floating-promise.ts': ['@typescript-eslint/no-floating-promises'],
      'breaks-by-length.ts': ['max-lines'],
      'breaks-by-missing-case.ts': ['@typescript-eslint/switch-exhaustiveness-check'],
      'breaks-by-non-null-assertion.ts': ['@typescript-eslint/no-non-null-assertion'],
      'breaks-by-parameter-property.ts': ['no-restricted-syntax'],
      'breaks-by-private-keyword.ts': ['no-restricted-syntax'],
      'breaks-by-silencing.ts': ['null'],
      'breaks-by-value-import-of-a-type.ts': ['@typescript-eslint/consistent-type-imports'],
      'keeps-the-law.ts': [],
    });
  }, 60_000);
});

/** The compiler's errors for a project, one line each. */
async function typeErrors(project: string): Promise<string[]> {
  const tsc = join(projectRoot, 'node_modules', '.bin', 'tsc');
  const printed = await run(tsc, ['-p', project, '--noEmit', '--pretty', 'false'], {
    cwd: projectRoot,
  }).catch((error: unknown) => error);
  const { stdout } = printed as { stdout: string };
  return stdout.split('\n').filter((line) => line.includes('error TS'));
}

/** What the linter says of each planted file, as if it stood at `place`: rules with types need a place in the tree. */
async function lint(folder: string, place: string, show: 'message' | 'ruleId' = 'message') {
  const root = join(plantedRoot, 'lint', folder);
  const linter = new ESLint({
    cwd: projectRoot,
    // The text is not the file's. Where CI is set, the parser would take the file as it is on disk instead.
    overrideConfig: {
      files: ['**/*.ts'],
      languageOptions: { parserOptions: { disallowAutomaticSingleRunInference: true } },
    },
  });
  const found: { readonly path: string; readonly findings: readonly string[] }[] = [];
  for (const path of filesBelow(root, (name) => name.endsWith('.ts'))) {
    const [result] = await linter.lintText(readFileSync(join(root, path), 'utf8'), { filePath: place });
    found.push({ path, findings: (result?.messages ?? []).map((message) => String(message[show])) });
  }
  return found;
}
