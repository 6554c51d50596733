import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Command } from '../../api/things.js';
import { useWorkplace } from '../../customer/workplace.js';
import { HarmlessOutput, HarmlessText } from '../../parts/harmless-text.js';
import { Moment } from '../../parts/moment.js';
import { timeTaken } from '../../parts/time-words.js';
import { ParameterList } from '../../parts/parameter-list.js';
import { Link } from '../../place/link.js';
import { CommandActions } from './command-actions.js';
import { isOver, lookOf, reasonWords, waitingWords } from './command-words.js';

interface CommandRowProps {
  readonly command: Command;
  readonly title: string;
  readonly isOpen: boolean;
  readonly toggle: (isOpen: boolean) => void;
  readonly changed: (command: Command) => void;
}

/** One command: what and how it stands; opened, everything that is known of it. */
export function CommandRow({ command, title, isOpen, toggle, changed }: CommandRowProps) {
  const look = lookOf(command.state);
  return (
    <li>
      <details open={isOpen} onToggle={({ currentTarget }) => toggle(currentTarget.open)}>
        <summary class="grid grid-cols-[1fr_auto] sm:grid-cols-[minmax(10rem,2fr)_10rem_minmax(6rem,1fr)_7rem] gap-x-4 items-center px-3 sm:px-4 py-2 min-h-12 hover:bg-base-200">
          <span class="font-medium min-w-0 truncate">
            <HarmlessText text={title} />
          </span>
          <span class={`inline-flex items-center gap-1.5 whitespace-nowrap ${look.class}`}>
            <span aria-hidden="true" class="w-4 text-center">
              {look.mark}
            </span>
            {look.word}
          </span>
          <span class="quiet text-sm truncate">
            <span class="sr-only">proposed by </span>
            <HarmlessText text={command.proposedBy.name} />
          </span>
          <span class="quiet text-sm text-right">
            <Moment at={command.createdAt} />
          </span>
        </summary>
        {isOpen && <CommandDetails command={command} title={title} changed={changed} />}
      </details>
    </li>
  );
}

type DetailsProps = Pick<CommandRowProps, 'command' | 'title' | 'changed'>;

function CommandDetails({ command, title, changed }: DetailsProps) {
  const { result, progress, reason, attempt, claimedAt, finishedAt } = command;
  const error = result?.error ?? null;
  const durationMs = result?.durationMs ?? null;
  const output = result?.output ?? (isOver(command) ? null : progress?.output) ?? null;
  return (
    <div class="px-3 sm:px-4 pb-4 pt-1 space-y-3">
      {Object.keys(command.parameters).length > 0 && <ParameterList parameters={command.parameters} />}
      {!isOver(command) && <Waiting command={command} />}
      {!isOver(command) && progress !== null && <Progress progress={progress} />}
      {output !== null && output !== '' && <HarmlessOutput text={output} label={`Output of ${title}`} />}
      {error !== null && (
        <p class="text-error">
          <HarmlessText text={`${reasonWords(error.code)}: ${error.message}`} />
        </p>
      )}
      <dl class="flex flex-wrap gap-x-6 gap-y-1 text-sm">
        {reason !== null && <Fact name="Reason">{<HarmlessText text={reasonWords(reason)} />}</Fact>}
        <Fact name="Risk">{command.risk}</Fact>
        {command.sessionId !== null && (
          <Fact name="Session">
            <Link href={`/sessions/${command.sessionId}`} class="plain-link">
              show it
            </Link>
          </Fact>
        )}
        {attempt > 0 && <Fact name="Attempt">{`${String(attempt)} of ${String(command.maxAttempts)}`}</Fact>}
        {claimedAt !== null && <Fact name="Claimed">{<Moment at={claimedAt} />}</Fact>}
        {finishedAt !== null && <Fact name="Over">{<Moment at={finishedAt} />}</Fact>}
        {durationMs !== null && <Fact name="Took">{timeTaken(durationMs)}</Fact>}
        {command.redriveOf !== null && (
          <Fact name="Again, after">{<code class="select-all">{command.redriveOf}</code>}</Fact>
        )}
        <Fact name="Id">{<code class="select-all">{command.id}</code>}</Fact>
      </dl>
      <Decisions command={command} />
      <CommandActions command={command} title={title} changed={changed} />
    </div>
  );
}

export function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div class="flex gap-1.5 min-w-0">
      <dt class="quiet">{name}</dt>
      <dd class="min-w-0 [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}

export function Progress({ progress }: { readonly progress: NonNullable<Command['progress']> }) {
  const { percent, message } = progress;
  return (
    <div class="space-y-1" role="status">
      {percent !== null && (
        <progress
          class="progress progress-primary w-full max-w-md"
          value={percent}
          max={100}
          aria-label="Progress"
        />
      )}
      {message !== null && (
        <p>
          <HarmlessText text={message} />
        </p>
      )}
    </div>
  );
}

/** Why it does not run yet, as the gateway explains it. */
export function Waiting({ command }: { readonly command: Command }) {
  const { api } = useWorkplace();
  const reasons = useSignal<readonly string[]>([]);
  useEffect(() => {
    api
      .call('get', '/api/v1/customer/commands/{id}/explain', { path: { id: command.id } })
      .then((explained) => {
        reasons.value = explained.reasons.map(({ reason }) => reason);
      })
      // It is an extra: the state is there without it.
      .catch(() => undefined);
  }, [command.state, command.attempt, command.cancelRequestedAt]);
  return (
    <p role="status" class="min-h-6">
      {reasons.value.map((reason) => waitingWords[reason] ?? reasonWords(reason)).join(' ')}
    </p>
  );
}

function Decisions({ command: { approval } }: { readonly command: Command }) {
  if (approval === null || approval.decisions.length === 0) return null;
  return (
    <ul class="text-sm space-y-1" aria-label="Decisions">
      {approval.decisions.map(({ by, approved, reason, at }) => (
        <li key={by.id}>
          {approved ? 'Approved' : 'Denied'} by <HarmlessText text={by.name} />, <Moment at={at} />
          {reason !== null && (
            <>
              : <HarmlessText text={reason} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
