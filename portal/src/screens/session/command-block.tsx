import type { WaitingCommand } from '../../customer/approval-queue.js';
import type { Command } from '../../api/things.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { ParameterList } from '../../parts/parameter-list.js';
import { CommandActions } from '../command/command-actions.js';
import { Progress, Waiting } from '../command/command-row.js';
import { isOver, lookOf, reasonWords } from '../command/command-words.js';
import { CommandOutput } from './command-output.js';
import { PendingDecision } from './pending-decision.js';
import type { StreamedOutput } from './streamed-output.js';
import type { TimelineEntry } from './timeline-entries.js';
import { TimelineStep } from './timeline-step.js';

interface CommandBlockProps {
  readonly commandId: string;
  readonly entries: readonly TimelineEntry[];
  /** Null: it is on its way. */
  readonly command: Command | null;
  readonly title: string;
  readonly stream: StreamedOutput | undefined;
  /** What waits for people; null: this command does not, or it is not known yet. */
  readonly waiting: WaitingCommand | null;
  readonly deviceName: string;
  readonly nameOf: (actor: TimelineEntry['actor']) => string;
  readonly changed: (command: Command) => void;
}

/** Where a command stands in the page. */
export const anchorOf = (commandId: string): string => `command-${commandId}`;

/** The whole story of one command: what it is, who did what with it, and what came out. */
export function CommandBlock(props: CommandBlockProps) {
  const { commandId, entries, command, title, nameOf } = props;
  const look = command === null ? null : lookOf(command.state);
  return (
    <li id={anchorOf(commandId)} tabIndex={-1} class="panel p-3 sm:p-4 space-y-3 scroll-mt-4">
      <div class="flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <h3 class="font-semibold grow min-w-0">
          <HarmlessText text={title} />
        </h3>
        {look !== null && (
          <p class={`inline-flex items-center gap-1.5 whitespace-nowrap font-medium ${look.class}`}>
            <span aria-hidden="true">{look.mark}</span>
            <span>{look.word}</span>
          </p>
        )}
      </div>
      {command !== null && Object.keys(command.parameters).length > 0 && (
        <ParameterList parameters={command.parameters} />
      )}
      {command !== null && (command.reason !== null || command.approval !== null) && (
        <p>
          <span class="quiet">Reason: </span>
          {command.reason === null ? 'none was given' : <HarmlessText text={asSaid(command.reason)} />}
        </p>
      )}
      <ol class="space-y-0.5" aria-label={`What happened to ${title}`}>
        {entries.map((entry) => (
          <li key={entry.seq}>
            <TimelineStep entry={entry} who={nameOf(entry.actor)} />
          </li>
        ))}
      </ol>
      {command !== null && <Standing {...props} command={command} />}
    </li>
  );
}

/** Stable words of the gateway as people say them; what people wrote, as they wrote it. */
const asSaid = (reason: string): string => (/^[a-z_]+$/.test(reason) ? reasonWords(reason) : reason);

/** How it stands now: what it waits for, how far it has come, or what came out. */
function Standing(props: CommandBlockProps & { readonly command: Command }) {
  const { command, title, stream, waiting, deviceName, changed } = props;
  const over = isOver(command);
  const { result, progress, state } = command;
  const error = result?.error ?? null;
  return (
    <>
      {waiting !== null && state === 'awaiting_approval' ? (
        <PendingDecision pending={waiting.pending} command={command} title={title} deviceName={deviceName} />
      ) : (
        !over && <Waiting command={command} />
      )}
      {!over && progress !== null && <Progress progress={progress} />}
      <CommandOutput
        whole={result?.output ?? null}
        stream={stream?.attempt === command.attempt ? stream : null}
        over={over}
        label={`Output of ${title}`}
      />
      {error !== null && (
        <p class="text-error">
          <HarmlessText text={`${reasonWords(error.code)}: ${error.message}`} />
        </p>
      )}
      <CommandActions command={command} title={title} changed={changed} />
    </>
  );
}
