import { useMemo } from 'preact/hooks';
import { useWorkplace } from '../../customer/workplace.js';
import { harmlessLine } from '../../parts/harmless-pieces.js';
import { WaitingRows } from '../../parts/waiting.js';
import { CommandBlock } from './command-block.js';
import { entryWords } from './entry-words.js';
import type { SessionView } from './session-view.js';
import type { TimelineEntry } from './timeline-entries.js';
import { timelineBlocks } from './timeline-entries.js';
import { TimelineStep } from './timeline-step.js';

interface TimelineProps {
  readonly view: SessionView;
  readonly titleOf: (type: string) => string;
  readonly nameOf: (actor: TimelineEntry['actor']) => string;
  readonly deviceName: string;
}

/** What happened in the session, the earliest first. */
export function Timeline({ view, titleOf, nameOf, deviceName }: TimelineProps) {
  const { approvals } = useWorkplace();
  const entries = view.entries.value;
  const commands = view.commands.value;
  const blocks = useMemo(() => timelineBlocks(entries), [entries]);
  if (!view.isThere.value) {
    return view.error.value === null ? (
      <div class="panel overflow-hidden">
        <WaitingRows rows={4} class="h-24" />
      </div>
    ) : null;
  }
  const titleIn = (story: readonly TimelineEntry[], commandId: string): string => {
    const type = commands.get(commandId)?.type ?? story[0]?.data['type'];
    return typeof type === 'string' ? titleOf(type) : 'A command';
  };
  return (
    <>
      <ol class="space-y-3" aria-label="What happened, the earliest first">
        {blocks.map((block) =>
          block.kind === 'session' ? (
            <li key={block.key} class="px-3 sm:px-4">
              <TimelineStep entry={block.entry} who={nameOf(block.entry.actor)} />
            </li>
          ) : (
            <CommandBlock
              key={block.key}
              commandId={block.commandId}
              entries={block.entries}
              command={commands.get(block.commandId) ?? null}
              title={titleIn(block.entries, block.commandId)}
              stream={view.streams.value.get(block.commandId)}
              waiting={
                approvals.items.value?.find(({ pending }) => pending.commandId === block.commandId) ?? null
              }
              {...{ deviceName, nameOf }}
              changed={(command) => view.put(command)}
            />
          ),
        )}
      </ol>
      {commands.size === 0 && (
        <p class="panel p-4 quiet">Nothing was asked of the device in this session yet.</p>
      )}
      <Latest {...{ entry: entries.at(-1), nameOf, titleIn }} />
    </>
  );
}

interface LatestProps extends Pick<TimelineProps, 'nameOf'> {
  readonly entry: TimelineEntry | undefined;
  readonly titleIn: (story: readonly TimelineEntry[], commandId: string) => string;
}

/** Tells readers of the screen what has come last: the blocks themselves would be read out whole. */
function Latest({ entry, nameOf, titleIn }: LatestProps) {
  if (entry === undefined) return null;
  const { kind, id } = entry.subject;
  const about = kind === 'command' ? `${titleIn([entry], id)}: ` : '';
  return (
    <p role="status" class="sr-only">
      {harmlessLine(`${about}${nameOf(entry.actor)} ${entryWords(entry).what}`)}
    </p>
  );
}
