import type { Command, PendingApproval } from '../../api/things.js';
import { Missing, risks, TimeLeft, Vote } from '../approvals/approval-card.js';
import { BreakGlass } from '../approvals/break-glass.js';
import { FrozenEnvelope } from '../approvals/frozen-envelope.js';
import { useLastApproved } from '../approvals/last-approved.js';

interface PendingDecisionProps {
  readonly pending: PendingApproval;
  readonly command: Command;
  readonly title: string;
  readonly deviceName: string;
}

/** What a person has to see before they decide, and their vote on exactly that. */
export function PendingDecision({ pending, command, title, deviceName }: PendingDecisionProps) {
  const last = useLastApproved(command);
  const risk = risks[command.risk];
  return (
    <div class="space-y-3 border-l-4 border-l-warning pl-3">
      <dl class="grid grid-cols-[6.5rem_1fr] gap-x-4 gap-y-1">
        <dt class="quiet">Risk</dt>
        <dd class={`font-semibold ${risk.class}`}>{risk.words}</dd>
        <dt class="quiet">Still missing</dt>
        <dd>
          <Missing pending={pending} />
        </dd>
        <dt class="quiet">Time left</dt>
        <dd>
          <TimeLeft expiresAt={pending.expiresAt} />
        </dd>
      </dl>
      <FrozenEnvelope envelope={pending.envelope} digest={pending.digest} last={last} />
      <Vote pending={pending} title={title} deviceName={deviceName} />
      <BreakGlass command={command} title={title} deviceName={deviceName} />
    </div>
  );
}
