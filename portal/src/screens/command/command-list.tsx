import { useSignal } from '@preact/signals';
import { ProblemNotice } from '../../parts/problem-notice.js';
import { WaitingRows } from '../../parts/waiting.js';
import type { CommandHistory } from './command-history.js';
import { CommandRow } from './command-row.js';

/** Which rows of a list are open. */
export interface OpenRows {
  has(id: string): boolean;
  toggle(id: string, isOpen: boolean): void;
}

export function useOpenRows(): OpenRows {
  const open = useSignal<ReadonlySet<string>>(new Set());
  return {
    has: (id) => open.value.has(id),
    toggle: (id, isOpen) => {
      const next = new Set(open.peek());
      if (isOpen) next.add(id);
      else next.delete(id);
      open.value = next;
    },
  };
}

interface CommandListProps {
  readonly history: CommandHistory;
  readonly titleOf: (type: string) => string;
  readonly open: OpenRows;
  /** What is said where there is no command. */
  readonly nothing: string;
}

/** Commands, newest first, each to be opened. */
export function CommandList({ history, titleOf, open, nothing }: CommandListProps) {
  const items = history.items.value;
  const error = history.error.value;
  return (
    <>
      {error !== null && <ProblemNotice error={error} retry={() => void history.look()} />}
      {items === null && error === null && (
        <div class="panel overflow-hidden">
          <WaitingRows rows={3} class="h-12" />
        </div>
      )}
      {items?.length === 0 && <p class="panel p-4 quiet">{nothing}</p>}
      {items !== null && items.length > 0 && (
        <ul class="panel divide-y divide-base-300" aria-label="Commands, newest first">
          {items.map((command) => (
            <CommandRow
              key={command.id}
              command={command}
              title={titleOf(command.type)}
              isOpen={open.has(command.id)}
              toggle={(isOpen) => open.toggle(command.id, isOpen)}
              changed={(changed) => history.put(changed)}
            />
          ))}
        </ul>
      )}
      {history.nextCursor.value !== null && (
        <button type="button" class="btn btn-sm" onClick={() => void history.more()}>
          Show older commands
        </button>
      )}
    </>
  );
}
