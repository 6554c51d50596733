import { errorMessage } from './error-words.js';
import type { AgentLog } from './agent-log.js';
import { pause } from './backoff.js';
import { resultOf } from './command-result.js';
import type { CommandResult } from './command-result.js';
import type { Executor, ExecutorContext } from './executor.js';
import type { GatewaySession } from './gateway-session.js';
import type { GrantGuard } from './grant-guard.js';
import type { HeldClaim } from './held-claim.js';
import type { Journal } from './journal.js';
import { keepLease } from './lease-keeper.js';
import { failed, refused } from './outcome.js';
import type { Outcome } from './outcome.js';
import { ProgressStream } from './progress-stream.js';
import { releaseClaim } from './release-claim.js';
import { reportResult } from './result-report.js';
import type { ClaimedCommand } from './wire-contract.js';

export interface CommandRunTools {
  readonly session: GatewaySession;
  readonly journal: Journal;
  readonly guard: GrantGuard;
  readonly log: AgentLog;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly findExecutor: (type: string) => Executor | null;
  readonly context: Omit<ExecutorContext, 'signal' | 'progress'>;
  readonly progressEveryMs: number;
  /** Aborts when the agent goes away; results that are not out by then stay in the journal. */
  readonly reporting: AbortSignal;
}

type StopReason = 'cancelled' | 'agent_stopped' | 'claim_lost';

/** An executor that does not heed the signal loses its lane to nobody for longer than this. */
const deafExecutorMs = 5_000;

/** What a claim says of itself; what it says of the command was judged when it first came. */
type Hold = Pick<ClaimedCommand, 'attempt' | 'claimToken' | 'visibleForMs' | 'cancelRequested'>;

/** After a failed journal write: long enough for somebody to free the disk, short enough to be tried today. */
const releaseDelayMs = 30_000;

/** One claimed command from decision to acknowledged result. It runs at most once, whatever happens around it. */
export class CommandRun {
  readonly #tools: CommandRunTools;
  readonly #stopping = new AbortController();
  #claimed: ClaimedCommand;
  #stopReason: StopReason | null = null;

  constructor(claimed: ClaimedCommand, tools: CommandRunTools) {
    this.#claimed = claimed;
    this.#tools = tools;
  }

  /** Whether this is the token of the newest claim. */
  isUnder(claimToken: string): boolean {
    return this.#claimed.claimToken === claimToken;
  }

  /** The gateway offered the command again because the lease lapsed: the work goes on under the newer claim. */
  adopt({ attempt, claimToken, visibleForMs, cancelRequested }: Hold): void {
    this.#claimed = { ...this.#claimed, attempt, claimToken, visibleForMs, cancelRequested };
    if (cancelRequested) this.stop('cancelled');
  }

  /** The first reason holds. Without effect once the executor is done. */
  stop(reason: StopReason): void {
    if (this.#stopReason !== null) return;
    this.#stopReason = reason;
    this.#stopping.abort(new Error(reason));
  }

  /** Keeps the claim of a command that waits for its lane, until that is there. */
  keepWaiting(begun: AbortSignal): void {
    this.#keepLease(AbortSignal.any([begun, this.#stopping.signal, this.#tools.reporting]));
  }

  /** Resolves when nothing is left to do; rejects when the result is still owed (it is in the journal then). */
  async run(): Promise<void> {
    const { session, journal, log, reporting } = this.#tools;
    const { id, type, attempt } = this.#claimed;
    log.info('command claimed', { command: id, type, attempt });
    // It was still waiting for its lane: nothing has begun, and nothing of it is in the journal.
    if (this.#stopReason === 'claim_lost') return;
    if (this.#stopReason === 'agent_stopped') {
      await releaseClaim(this.#claimed, 'agent_stopping', 0, session, reporting);
      return;
    }
    const result = this.#withoutRunning() ?? (await this.#whenGranted());
    if (result === null) return;
    log.info('command ended', {
      command: id,
      type,
      result: result.status,
      ...(result.error === undefined ? {} : { code: result.error.code, reason: result.error.message }),
    });
    await journal.finished(id, this.#claimed.claimToken, result).catch((error: unknown) => {
      log.error('result could not be journaled', { command: id, reason: errorMessage(error) });
    });
    const claimToken = (): string => this.#claimed.claimToken;
    await reportResult({ id, claimToken, result }, { session, journal, log }, reporting);
  }

  /** The result of a command that must not run: begun before, or cancelled before its start. */
  #withoutRunning(): CommandResult | null {
    const known = this.#tools.journal.find(this.#claimed.id);
    if (known?.state === 'finished') return known.result;
    const now = this.#tools.now();
    if (known?.state === 'settled') {
      return resultOf(
        failed('already_done', 'This device did the command before and has reported it.'),
        now,
        0,
      );
    }
    if (known !== null) return interruptedResult(now);
    if (!this.#claimed.cancelRequested && this.#stopReason !== 'cancelled') return null;
    return resultOf(cancelled({ status: 'cancelled' }, 'Cancelled before it started.'), now, 0);
  }

  /** Null when there is nothing to report, as for `#begin`. */
  async #whenGranted(): Promise<CommandResult | null> {
    const { guard, log, now, session, reporting } = this.#tools;
    const { id } = this.#claimed;
    const verdict = await guard.judge(this.#claimed, reporting);
    if (verdict.kind === 'granted') return this.#begin();
    if (verdict.kind === 'refused') return resultOf(refused('grant_invalid', verdict.why), now(), 0);
    log.warn('grant cannot be judged yet, command given back', { command: id });
    await releaseClaim(this.#claimed, 'grant_key_unknown', verdict.delayMs, session, reporting);
    return null;
  }

  /** Null when there is nothing to report: the claim is lost, or the command was given back unstarted. */
  async #begin(): Promise<CommandResult | null> {
    const { journal, log, now, session, reporting } = this.#tools;
    const { id, claimToken } = this.#claimed;
    try {
      await journal.started(id, claimToken);
    } catch (error) {
      log.error('journal not writable, command given back', { command: id, reason: errorMessage(error) });
      await releaseClaim(this.#claimed, 'journal_not_writable', releaseDelayMs, session, reporting);
      return null;
    }
    const startedAt = now();
    // A stop may have come while the journal was written: what has had no effect yet shall have none.
    const outcome = this.#stopping.signal.aborted ? failed('stopped', '') : await this.#execute();
    if (this.#stopReason === 'claim_lost') {
      log.warn('command abandoned', { command: id });
      return null;
    }
    return resultOf(this.#asStopped(outcome), startedAt, now() - startedAt);
  }

  async #execute(): Promise<Outcome> {
    const { findExecutor, progressEveryMs, reporting } = this.#tools;
    const { type, parameters } = this.#claimed;
    const executor = findExecutor(type);
    if (executor === null)
      return refused('unknown_type', `This agent does not know commands of type "${type}".`);
    const ended = new AbortController();
    const keeping = AbortSignal.any([ended.signal, this.#stopping.signal, reporting]);
    const progress = new ProgressStream(this.#heldClaim(), progressEveryMs, keeping);
    this.#keepLease(keeping);
    const context = {
      ...this.#tools.context,
      signal: this.#stopping.signal,
      progress: (update: Parameters<ProgressStream['push']>[0]) => progress.push(update),
    };
    try {
      return await Promise.race([executor.execute(parameters, context), this.#deaf(ended.signal)]);
    } catch (error) {
      return failed('executor_failed', errorMessage(error));
    } finally {
      ended.abort();
    }
  }

  #heldClaim(): HeldClaim {
    return {
      id: this.#claimed.id,
      session: this.#tools.session,
      current: () => this.#claimed,
      onCancelRequested: () => this.stop('cancelled'),
      onLost: () => this.stop('claim_lost'),
    };
  }

  #keepLease(signal: AbortSignal): void {
    const { log } = this.#tools;
    const command = this.#claimed.id;
    keepLease(this.#heldClaim(), log, signal).catch((error: unknown) => {
      if (!signal.aborted) log.error('lease no longer kept', { command, reason: errorMessage(error) });
    });
  }

  /** Rejects some time after a stop that the executor did not heed. */
  async #deaf(ended: AbortSignal): Promise<never> {
    const stopping = this.#stopping.signal;
    await new Promise<void>((resolve) => {
      stopping.addEventListener('abort', () => resolve(), { once: true });
      if (stopping.aborted) resolve();
    });
    await pause(deafExecutorMs, ended);
    throw new Error('The command did not stop when told to.');
  }

  // Work that was done in spite of the stop is reported as done: the person must know what happened.
  #asStopped(outcome: Outcome): Outcome {
    if (this.#stopReason === null || outcome.status === 'succeeded') return outcome;
    if (this.#stopReason === 'cancelled') return cancelled(outcome, 'Cancelled while it was running.');
    return { ...outcome, ...failed('agent_stopped', 'The agent was stopped before the command had ended.') };
  }
}

/** What is said of a command that was begun before a crash: nobody knows how far it came, so it is not repeated. */
export function interruptedResult(now: number): CommandResult {
  const message = 'The agent was interrupted while the command was running. It was not run again.';
  return resultOf(failed('interrupted', message), now, 0);
}

function cancelled(outcome: Outcome, message: string): Outcome {
  return { ...outcome, status: 'cancelled', error: { code: 'cancelled', message } };
}
