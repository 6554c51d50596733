import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cancel } from '../../../src/domain/command/cancel-rules.js';
import { claim, extend, release } from '../../../src/domain/command/claim-rules.js';
import { isTerminal } from '../../../src/domain/command/command-state.js';
import type { Command } from '../../../src/domain/command/command.js';
import { commandAsOf } from '../../../src/domain/command/due-moves.js';
import type { ClaimReference } from '../../../src/domain/command/held-claim.js';
import { requireClaim } from '../../../src/domain/command/held-claim.js';
import { report } from '../../../src/domain/command/result-rules.js';
import { Fault } from '../../../src/domain/shared/fault.js';
import { after, hour, minute, sampleCommand, sampleReport } from './sample-command.js';

/** Something that somebody tries, `waitMs` after the one before. `holder` is the claim that a device acts under. */
type Act = { readonly waitMs: number; readonly holder: number } & (
  | { readonly does: 'claim' | 'release' | 'succeed' | 'fail' | 'cancel' }
  | { readonly does: 'extend'; readonly byMs: number }
);

const pause = fc.oneof(fc.integer({ min: 0, max: 2 * minute }), fc.integer({ min: 0, max: hour }));
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    waitMs: pause,
    holder: fc.nat(4),
    does: fc.constantFrom(
      'claim' as const,
      'release' as const,
      'succeed' as const,
      'fail' as const,
      'cancel' as const,
    ),
  }),
  fc.record({
    waitMs: pause,
    holder: fc.nat(4),
    does: fc.constant('extend' as const),
    byMs: fc.integer({ min: 1_000, max: hour }),
  }),
);

/** One command, and everybody who ever held it. Refusals leave it as it was. */
class Story {
  readonly claims: ClaimReference[] = [];
  readonly told: Command[] = [];

  constructor(first: Command) {
    this.told.push(first);
  }

  get latest(): Command {
    const command = this.told.at(-1);
    if (command === undefined) throw new Error('A story begins with a command.');
    return command;
  }

  play(act: Act, now: Date): void {
    try {
      this.told.push(this.#after(act, commandAsOf(this.latest, now).command, now));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
  }

  #after(act: Act, command: Command, now: Date): Command {
    if (act.does === 'cancel') return cancel(command, 'cancelled_by_person', now).command;
    if (act.does === 'claim') return this.#claimed(command, now);
    const reference = this.claims[act.holder] ?? 'forged';
    if (act.does === 'succeed' || act.does === 'fail') {
      const said = sampleReport({ status: act.does === 'succeed' ? 'succeeded' : 'failed' });
      return report(command, { report: said, digest: act.does, reference }, now).command;
    }
    requireClaim(command, reference);
    if (act.does === 'extend') return extend(command, act.byMs, now);
    return command.state === 'unknown_outcome' ? command : commandAsOf(release(command, 0, now), now).command;
  }

  #claimed(command: Command, now: Date): Command {
    const nonce = `nonce-${String(this.claims.length)}`;
    const answer = claim(command, { attemptId: nonce, leaseMs: null, nonce }, now);
    if (answer.kind !== 'claimed') return command;
    this.claims.push({ attempt: answer.command.attempt, nonce });
    return answer.command;
  }
}

describe('whatever devices, people and time do to a command', () => {
  const always = (check: (story: Story) => void) =>
    fc.assert(
      fc.property(
        fc.array(anyAct, { maxLength: 25 }),
        fc.constantFrom('at_least_once' as const, 'at_most_once' as const),
        fc.integer({ min: 1, max: 4 }),
        (acts, deliveryClass, maxAttempts) => {
          const story = new Story(sampleCommand({ deliveryClass, maxAttempts, expiresAt: after(6 * hour) }));
          let nowMs = 0;
          for (const act of acts) {
            nowMs += act.waitMs;
            story.play(act, after(nowMs));
          }
          check(story);
        },
      ),
      { numRuns: 1_000 },
    );

  it('it reaches one end at most, and only evidence is added to it', () => {
    always(({ told }) => {
      const end = told.findIndex(({ state }) => isTerminal(state));
      const ended = told[end];
      if (ended === undefined) return;
      for (const later of told.slice(end)) expect({ ...later, evidence: ended.evidence }).toEqual(ended);
    });
  });

  it('each claim has a number of its own, and there are never more than it has attempts', () => {
    always(({ claims, latest }) => {
      expect(claims.map((reference) => reference !== 'forged' && reference.attempt)).toEqual(
        claims.map((_, index) => index + 1),
      );
      expect(claims.length).toBeLessThanOrEqual(latest.maxAttempts);
    });
  });

  it('an at-most-once command is claimed anew only after its device gave it back', () => {
    always(({ told, claims }) => {
      const last = told.at(-1);
      if (last?.deliveryClass !== 'at_most_once') return;
      expect(claims.length).toBeLessThanOrEqual(last.releases + 1);
    });
  });

  it('only the holder of the latest claim can have ended it with a result', () => {
    always(({ told, claims }) => {
      const ended = told.find(({ result }) => result !== null);
      if (ended === undefined) return;
      expect(claims[ended.attempt - 1]).toEqual({ attempt: ended.attempt, nonce: ended.claim?.nonce });
    });
  });

  it('its end is never before its last claim', () => {
    always(({ latest }) => {
      if (latest.finishedAt === null || latest.claimedAt === null) return;
      expect(latest.finishedAt.getTime()).toBeGreaterThanOrEqual(latest.claimedAt.getTime());
    });
  });

  it('one that somebody wanted cancelled is not handed out again', () => {
    always(({ told }) => {
      const asked = told.findIndex(({ cancelRequestedAt }) => cancelRequestedAt !== null);
      if (asked === -1) return;
      const attempts = new Set(told.slice(asked).map(({ attempt }) => attempt));
      expect(attempts.size).toBe(1);
    });
  });
});
