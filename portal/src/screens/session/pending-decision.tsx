import type { Command, PendingApproval } from '../../api/things.js';
import { useWorkplace } from '../../customer/workplace.js';
import { useLoaded } from '../../parts/loaded.js';
import { Missing, TimeLeft, Vote } from '../approvals/approval-card.js';
import { lastApproved } from '../approvals/envelope-diff.js';
import { FrozenEnvelope } from '../approvals/frozen-envelope.js';

interface PendingDecisionProps {
  readonly pending: PendingApproval;
  readonly command: Command;
  readonly title: string;
  readonly deviceName: string;
}

/** What a person has to see before they decide, and their vote on exactly that. */
export function PendingDecision({ pending, command, title, deviceName }: PendingDecisionProps) {
  const { api } = useWorkplace();
  const last = useLoaded(command.id, async () => {
    const { items } = await api.call('get', '/api/v1/customer/commands', {
      query: { deviceId: command.deviceId, limit: 100 },
    });
    return { found: lastApproved(items, command.type, command.deviceId) };
  });
  return (
    <div class="space-y-3 border-l-4 border-l-warning pl-3">
      <dl class="grid grid-cols-[6.5rem_1fr] gap-x-4 gap-y-1">
        <dt class="quiet">Still missing</dt>
        <dd>
          <Missing pending={pending} />
        </dd>
        <dt class="quiet">Time left</dt>
        <dd>
          <TimeLeft expiresAt={pending.expiresAt} />
        </dd>
      </dl>
      <FrozenEnvelope
        envelope={pending.envelope}
        digest={pending.digest}
        last={last.value.value?.found ?? null}
        isSearching={last.value.value === null && last.error.value === null}
      />
      <Vote pending={pending} title={title} deviceName={deviceName} />
    </div>
  );
}
