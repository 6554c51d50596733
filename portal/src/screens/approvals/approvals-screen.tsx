import { useEffect, useRef } from 'preact/hooks';
import { useWorkplace } from '../../customer/workplace.js';
import { usePageTitle } from '../../parts/page-title.js';
import { ProblemNotice } from '../../parts/problem-notice.js';
import { WaitingRows } from '../../parts/waiting.js';
import { useCommandTypes } from '../command/command-types.js';
import { ApprovalCard } from './approval-card.js';

/** What waits for people to decide. */
export function ApprovalsScreen() {
  usePageTitle('Approvals');
  const { approvals } = useWorkplace();
  const { titleOf } = useCommandTypes();
  const items = approvals.items.value;
  const error = approvals.error.value;
  const count = items?.length ?? 0;
  const before = useRef(count);
  useEffect(() => {
    // What was decided on is gone with its buttons: who works by keyboard goes on from the beginning of the screen.
    if (count < before.current && document.activeElement === document.body)
      document.getElementById('content')?.focus({ preventScroll: true });
    before.current = count;
  }, [count]);
  return (
    <div class="space-y-3 max-w-5xl">
      <h1 class="text-xl font-semibold">Approvals</h1>
      {error !== null && <ProblemNotice error={error} retry={() => void approvals.look()} />}
      {items === null && error === null && (
        <div class="panel overflow-hidden">
          <WaitingRows rows={2} class="h-40" />
        </div>
      )}
      {items?.length === 0 && (
        <div class="panel p-6 space-y-2">
          <p class="font-semibold">Nothing waits for a decision.</p>
          <p class="quiet">
            When somebody proposes what the policy wants approved, it appears here by itself.
          </p>
        </div>
      )}
      {items !== null && items.length > 0 && (
        <ul class="space-y-4" aria-label="What waits for a decision">
          {items.map(({ pending, command }) => (
            <ApprovalCard
              key={pending.commandId}
              pending={pending}
              command={command}
              title={titleOf(command.type)}
            />
          ))}
        </ul>
      )}
      {approvals.hasMore.value && (
        <p class="quiet">More wait than are shown here. They come up as others are decided.</p>
      )}
      <p role="status" class="sr-only">
        {items === null ? '' : `${String(items.length)} wait for a decision`}
      </p>
    </div>
  );
}
