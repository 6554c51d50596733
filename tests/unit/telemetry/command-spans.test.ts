import { describe, expect, it } from '@jest/globals';
import type { NewEntry } from '../../../src/domain/activity/activity-entry.js';
import type { ActivityKind } from '../../../src/domain/activity/activity-entry.js';
import { claim, extend } from '../../../src/domain/command/claim-rules.js';
import type { Command } from '../../../src/domain/command/command.js';
import { commandEntry, dueEntries } from '../../../src/domain/command/command-entries.js';
import { commandAsOf } from '../../../src/domain/command/due-moves.js';
import { report } from '../../../src/domain/command/result-rules.js';
import { settle } from '../../../src/domain/command/settle-rules.js';
import type { CommandSpan } from '../../../src/infrastructure/telemetry/command-spans.js';
import { commandSpans } from '../../../src/infrastructure/telemetry/command-spans.js';
import { spanIdOfAttempt, spanIdOfCommand } from '../../../src/infrastructure/telemetry/trace-ids.js';
import {
  after,
  claimedCommand,
  firstClaim,
  minute,
  sampleCommand,
  sampleReport,
} from '../domain/sample-command.js';

const whole = spanIdOfCommand(sampleCommand().id);
const attemptOf = (attempt: number, lapses: number): string =>
  spanIdOfAttempt({ id: sampleCommand().id, attempt, lapses });

/** What a use case writes: what time has moved, then what it does itself. */
function write(
  stored: Command,
  at: Date,
  act: (current: Command) => { readonly command: Command; readonly kind?: ActivityKind },
): { readonly command: Command; readonly spans: readonly CommandSpan[] } {
  const current = commandAsOf(stored, at);
  const { command, kind } = act(current.command);
  const cause = { actor: { kind: 'device' as const, id: 'till-7' }, requestId: 'r-1' };
  const own: readonly NewEntry[] = kind === undefined ? [] : [commandEntry(command, kind, cause)];
  const entries = [...dueEntries(current.moves), ...own];
  return { command, spans: commandSpans({ stored, command, entries, at }) };
}

const finish = (current: Command, at: Date): { readonly command: Command; readonly kind: ActivityKind } => ({
  command: report(current, { report: sampleReport(), digest: 'd', reference: firstClaim }, at).command,
  kind: 'command.finished',
});

const summary = ({ name, spanId, parentId, from, to }: CommandSpan) => ({ name, spanId, parentId, from, to });
const step = (name: string, parentId: string, at: Date) => ({
  name,
  spanId: null,
  parentId,
  from: at,
  to: at,
});
const attempt = (spanId: string, from: Date, to: Date) => ({
  name: 'attempt',
  spanId,
  parentId: whole,
  from,
  to,
});

describe('the spans of a command', () => {
  it('are a step under the attempt, the attempt and the whole when a device says how it ended', () => {
    const { spans } = write(claimedCommand(), after(10), (current) => finish(current, after(10)));
    expect(spans.map(summary)).toEqual([
      step('command.finished', attemptOf(1, 0), after(10)),
      attempt(attemptOf(1, 0), after(0), after(10)),
      { name: 'command ping', spanId: whole, parentId: null, from: after(0), to: after(10) },
    ]);
  });

  it('end an attempt when its lease ran out, however late that is written down, and begin the next', () => {
    const at = after(3 * minute);
    const { spans } = write(claimedCommand(), at, (current) => {
      const request = { attemptId: 'attempt-2', leaseMs: null, nonce: 'nonce-2' };
      const answer = claim(current, request, at, null);
      if (answer.kind !== 'claimed') throw new Error(answer.kind);
      return { command: answer.command, kind: 'command.claimed' };
    });
    expect(spans.map(summary)).toEqual([
      step('command.lapsed', attemptOf(1, 0), after(minute)),
      step('command.claimed', attemptOf(2, 1), at),
      attempt(attemptOf(1, 0), after(0), after(minute)),
    ]);
    expect(spans.map(({ caused }) => caused)).toEqual([false, true, false]);
    expect(spans.at(-1)?.failure).toBe('lease_lapsed');
  });

  it('give a claim that came back to life a second span, under an id of its own', () => {
    const at = after(2 * minute);
    const resumed = write(claimedCommand(), at, (current) => ({
      command: extend(current, minute, at),
      kind: 'command.resumed',
    }));
    expect(resumed.spans.map(summary)).toEqual([
      step('command.lapsed', attemptOf(1, 0), after(minute)),
      step('command.resumed', attemptOf(1, 1), at),
      attempt(attemptOf(1, 0), after(0), after(minute)),
    ]);
    const end = after(2.5 * minute);
    const { spans } = write(resumed.command, end, (current) => finish(current, end));
    expect(spans.map(summary)).toContainEqual(attempt(attemptOf(1, 1), after(0), end));
  });

  it('put a result that came after the lease under the command, since nobody held it', () => {
    const at = after(2 * minute);
    const { spans } = write(claimedCommand(), at, (current) => finish(current, at));
    expect(spans.map(summary)).toContainEqual(step('command.finished', whole, at));
    expect(spans.filter(({ name }) => name === 'attempt')).toHaveLength(1);
  });

  it('are not at an end with an unknown outcome, until a person settles it', () => {
    const at = after(2 * minute);
    const { command, spans } = write(claimedCommand({ deliveryClass: 'at_most_once' }), at, (current) => ({
      command: current,
    }));
    expect(command.state).toBe('unknown_outcome');
    expect(spans.map(({ name, failure }) => [name, failure])).toEqual([
      ['command.lapsed', null],
      ['attempt', 'lease_lapsed'],
    ]);
    const settled = write(command, after(3 * minute), (current) => ({
      command: settle(current, 'failed', after(3 * minute)).command,
      kind: 'command.settled',
    }));
    expect(settled.spans.map(({ name, failure }) => [name, failure])).toEqual([
      ['command.settled', null],
      ['command ping', 'settled_by_person'],
    ]);
  });

  it('tell of an end once: what comes later is kept as evidence, and told as that', () => {
    const { command } = write(claimedCommand(), after(10), (current) => finish(current, after(10)));
    const late = {
      report: sampleReport({ output: 'again' }),
      digest: 'e',
      reference: { attempt: 0, nonce: 'n' },
    };
    const { spans } = write(command, after(20), (current) => ({
      command: report(current, late, after(20)).command,
    }));
    expect(spans.map(summary)).toEqual([step('command.evidence_kept', whole, after(20))]);
  });

  it('hold ids and stable words only', () => {
    const secret = { parameters: { host: 'secret' }, proposalReason: 'secret' };
    const { spans } = write(claimedCommand(secret), after(10), (current) => finish(current, after(10)));
    expect(JSON.stringify(spans)).not.toMatch(/secret|3 packets|nonce/);
  });
});
