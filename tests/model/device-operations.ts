import { ClaimCommands } from '../../src/application/command/claim-commands.js';
import { ExtendClaim } from '../../src/application/command/extend-claim.js';
import { ReleaseCommand } from '../../src/application/command/release-command.js';
import { ReportProgress } from '../../src/application/command/report-progress.js';
import { ReportResult } from '../../src/application/command/report-result.js';
import { ReconcileDispatch } from '../../src/application/dispatch/reconcile-dispatch.js';
import type { DeviceWrite } from '../../src/application/command/device-write.js';
import type { ResultStatus } from '../../src/domain/command/command.js';
import type { CommandReference } from './command-reference.js';
import type { GatewayWorld } from './gateway-world.js';
import { codeOf, pick, single } from './operation.js';
import type { Answer, HandedOut, ModelEvent, Operation } from './operation.js';
import { wrongWithClaims } from './claim-judgement.js';

export interface ClaimFacts {
  readonly attemptId: string;
  readonly limit: number;
  readonly leaseMs: number | null;
  /** Of a token that was signed out since. */
  readonly oldToken: boolean;
  /** Another gateway fills a store that was wiped, while this call waits. */
  readonly filledMeanwhile: boolean;
}

const nobodyLeaves = new AbortController().signal;

async function claimNow(world: GatewayWorld, facts: ClaimFacts, tokenGeneration: number): Promise<Answer> {
  const { attemptId, limit, leaseMs: visibilityTimeoutMs } = facts;
  const caller = world.device(tokenGeneration);
  world.meanwhile = () =>
    facts.filledMeanwhile ? world.get(ReconcileDispatch).execute() : Promise.resolve();
  try {
    const admission = () => Promise.resolve();
    const input = { caller, queue: null, admission, limit, visibilityTimeoutMs, waitMs: 0, attemptId };
    const claimed = await world.get(ClaimCommands).execute(input, nobodyLeaves);
    return {
      outcome: 'ok',
      claimed: claimed.map(({ command: { id }, claimToken: token }) => ({ id, token })),
    };
  } catch (error) {
    return { outcome: codeOf(error) };
  }
}

export const claim = (facts: ClaimFacts): Operation => ({
  kind: 'claim',
  prepare: (model) => {
    const generation = model.state.generation - (facts.oldToken ? 1 : 0);
    const isWelcome = ({ state }: CommandReference): boolean =>
      state.active && state.generation === generation;
    const { attemptId, leaseMs } = facts;
    const event = ({ id, token }: HandedOut): ModelEvent => ({
      kind: 'claim',
      apply: (after) => (isWelcome(after) ? after.claim(id, { attemptId, leaseMs, token }) : 'signed out'),
      fits: (outcome) => outcome === 'claimed' || outcome === 'replayed',
    });
    const signedOut: ModelEvent = {
      kind: 'claim',
      apply: (after) => {
        // What it took, and was then not given, is out of reach for five seconds.
        after.state.calm = false;
        return isWelcome(after) ? 'welcome' : 'unauthenticated';
      },
      fits: (outcome) => outcome === 'unauthenticated',
    };
    return {
      call: (world) => claimNow(world, facts, generation),
      events: ({ outcome, claimed = [] }, record) => {
        if (outcome === 'unauthenticated') return [signedOut];
        const answered = new Set(claimed.map(({ id }) => id));
        // What was claimed, and never handed out: only a gateway that dies may do that. The caller sees to it.
        const lost = record
          .filter(({ command }) => !answered.has(command.id) && command.claim?.attemptId === attemptId)
          .filter(({ command }) => command.attempt > (model.state.commands.get(command.id)?.attempt ?? 0))
          .map(({ command, token }): HandedOut => ({ id: command.id, token }));
        return [...claimed, ...lost].map(event);
      },
      judge: (answer, before) => wrongWithClaims(facts, answer, before),
    };
  },
});

interface WriteFacts {
  /** Which of the tokens that were ever made; the latest first. */
  readonly n: number;
  /** The token is shown with another command. */
  readonly crossed: boolean;
  readonly oldToken: boolean;
}

function write(
  kind: string,
  { n, crossed, oldToken }: WriteFacts,
  apply: (model: CommandReference, id: string, token: string) => string,
  call: (world: GatewayWorld, named: DeviceWrite) => Promise<unknown>,
  also: Readonly<Record<string, string>> = {},
): Operation {
  return {
    kind,
    prepare: (model) => {
      const issued = pick(model.state.tokens, n);
      if (issued === undefined) return null;
      const { token } = issued;
      const others = model.all.filter(({ id }) => id !== issued.commandId);
      const commandId = crossed ? (pick(others, n)?.id ?? issued.commandId) : issued.commandId;
      const generation = model.state.generation - (oldToken ? 1 : 0);
      return single(
        kind,
        (after) =>
          after.state.generation === generation && after.state.active
            ? apply(after, commandId, token)
            : 'unauthenticated',
        (world) => call(world, { caller: world.device(generation), commandId, claimToken: token }),
        also,
      );
    },
  };
}

export const extend = (facts: WriteFacts, extensionMs: number): Operation =>
  write(
    'extend',
    facts,
    (model, id, token) => model.extend(id, token, extensionMs),
    (world, named) => world.get(ExtendClaim).execute({ ...named, extensionMs }),
    { resumed: 'ok' },
  );

export const progress = (facts: WriteFacts, message: string): Operation =>
  write(
    'progress',
    facts,
    (model, id, token) => model.progress(id, token, message),
    (world, named) => world.get(ReportProgress).execute({ ...named, percent: 50, message, output: null }),
  );

export const release = (facts: WriteFacts, delayMs: number): Operation =>
  write(
    'release',
    facts,
    (model, id, token) => model.release(id, token, delayMs),
    (world, named) => world.get(ReleaseCommand).execute({ ...named, delayMs, reason: null }),
  );

export const result = (facts: WriteFacts, status: ResultStatus, output: string): Operation =>
  write(
    'result',
    facts,
    (model, id, token) => model.result(id, token, status, output),
    (world, named) =>
      world.get(ReportResult).execute({
        ...named,
        report: { status, output, data: null, error: null, startedAt: null, durationMs: null },
      }),
    { late: 'ok', repeated: 'ok' },
  );
