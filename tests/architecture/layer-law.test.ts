import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { IConfiguration, ICruiseResult } from 'dependency-cruiser';
import { cruise } from 'dependency-cruiser';
import { foldersIn, guiltyFiles, plantedRoot, projectRoot } from './planted-violations.js';

const run = promisify(execFile);
const law = createRequire(import.meta.url)(join(projectRoot, '.dependency-cruiser.cjs')) as IConfiguration;
const plantedLayers = join(plantedRoot, 'layers');

describe('the law of the layers', () => {
  it('has one planted violation for every rule, and no other', () => {
    expect(foldersIn(plantedLayers)).toEqual(ruleNames().sort());
  });

  it.each(foldersIn(plantedLayers))(
    '%s fires on what is planted against it, and nothing else does',
    async (rule) => {
      const tree = join(plantedLayers, rule);
      const broken = await violationsIn(tree);
      expect([...new Set(broken.map(({ name }) => name))]).toEqual([rule]);
      expect([...new Set(broken.map(({ from }) => from))].sort()).toEqual(guiltyFiles(tree));
    },
  );

  it('is kept by the gateway and by the agent', async () => {
    const depcruise = join(projectRoot, 'node_modules', '.bin', 'depcruise');
    const verdict = await run(
      depcruise,
      ['src', 'agent', '--config', '.dependency-cruiser.cjs', '-T', 'json'],
      {
        cwd: projectRoot,
        maxBuffer: 64 * 1024 * 1024,
      },
    );
    const { summary } = JSON.parse(verdict.stdout) as ICruiseResult;
    expect(summary.totalCruised).toBeGreaterThan(0);
    expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
  }, 60_000);
});

function ruleNames(): string[] {
  return (law.forbidden ?? []).map(({ name }) => name ?? 'a rule without a name');
}

async function violationsIn(tree: string): Promise<readonly { name: string; from: string }[]> {
  const { options } = law;
  const { output } = await cruise(foldersIn(tree).slice(), {
    ...(options?.doNotFollow === undefined ? {} : { doNotFollow: options.doNotFollow }),
    tsPreCompilationDeps: true,
    baseDir: tree,
    ruleSet: { forbidden: law.forbidden ?? [] },
    validate: true,
  });
  return (output as ICruiseResult).summary.violations.map(({ rule, from }) => ({ name: rule.name, from }));
}
