import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { commandEvents, commandTransitions } from '../../../src/domain/command/command-lifecycle.js';
import { commandStates, isTerminal } from '../../../src/domain/command/command-state.js';
import { deviceTransitions } from '../../../src/domain/device/device-lifecycle.js';

const page = (name: string): string =>
  readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

/** The arrows of the page's state diagram, each as `from --> to : event`. */
function arrowsIn(text: string): readonly string[] {
  const [, diagram = ''] = /```mermaid\nstateDiagram-v2\n([\s\S]*?)```/.exec(text) ?? [];
  return diagram
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .sort();
}

function arrowsOf(table: Readonly<Record<string, Readonly<Record<string, string>>>>): readonly string[] {
  return Object.entries(table).flatMap(([from, row]) =>
    Object.entries(row).map(([event, to]) => `${from} --> ${to} : ${event}`),
  );
}

describe('the documents of the life cycles', () => {
  it('draw every move of a command, and no other', () => {
    const begins = ['awaiting_approval', 'queued'].map((state) => `[*] --> ${state} : proposed`);
    const ends = commandStates.filter(isTerminal).map((state) => `${state} --> [*]`);
    const expected = [...begins, ...arrowsOf(commandTransitions), ...ends].sort();
    expect(arrowsIn(page('command-life-cycle.md'))).toEqual(expected);
  });

  it('draw every move of a device, and no other', () => {
    const expected = [
      '[*] --> provisioned : provisioned',
      ...arrowsOf(deviceTransitions),
      'retired --> [*]',
    ].sort();
    expect(arrowsIn(page('device-life-cycle.md'))).toEqual(expected);
  });

  it('explain every state and every event of a command', () => {
    const rows = page('command-life-cycle.md')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    const explained = rows.flatMap((row) => (row.split(' | ')[0] ?? '').match(/`\w+`/g) ?? []);
    for (const word of [...commandStates, ...commandEvents]) expect(explained).toContain(`\`${word}\``);
  });
});
