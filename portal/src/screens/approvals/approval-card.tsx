import { useSignal } from '@preact/signals';
import type { Command, PendingApproval } from '../../api/things.js';
import { useWorkplace } from '../../customer/workplace.js';
import { useAnotherLook } from '../../parts/another-look.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { useLoaded } from '../../parts/loaded.js';
import { Moment, now } from '../../parts/moment.js';
import { durationWords } from '../../parts/time-words.js';
import { Link } from '../../place/link.js';
import { BreakGlass } from './break-glass.js';
import { DecisionDialog } from './decision-dialog.js';
import { FrozenEnvelope } from './frozen-envelope.js';
import { useLastApproved } from './last-approved.js';

interface ApprovalCardProps {
  readonly pending: PendingApproval;
  readonly command: Command;
  readonly title: string;
}

export const risks = {
  read: { words: 'Only looks', class: 'text-info' },
  change: { words: 'Change: can be undone', class: 'text-warning' },
  destructive: { words: 'Destructive: cannot be undone', class: 'text-error' },
} as const;

/** One command that waits: everything that a person needs to know before they let it run. */
export function ApprovalCard({ pending, command, title }: ApprovalCardProps) {
  const { api } = useWorkplace();
  const device = useLoaded(command.deviceId, () =>
    api.call('get', '/api/v1/customer/devices/{id}', { path: { id: command.deviceId } }),
  );
  useAnotherLook(device.error.value, () => void device.look());
  const last = useLastApproved(command);
  const risk = risks[command.risk];
  const deviceName = device.value.value?.name ?? command.deviceId;
  return (
    <li class="panel p-4 space-y-3">
      <div class="flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <h2 class="text-lg font-semibold grow">
          <HarmlessText text={title} />
        </h2>
        <p class={`font-semibold ${risk.class}`}>{risk.words}</p>
      </div>
      <dl class="grid sm:grid-cols-[8rem_1fr] gap-x-4 gap-y-1">
        <dt class="quiet">On</dt>
        <dd>
          <Link href={`/devices/${encodeURIComponent(command.deviceId)}`} class="plain-link">
            <HarmlessText text={deviceName} />
          </Link>{' '}
          <span class="quiet font-mono text-sm">{command.deviceId}</span>
        </dd>
        <dt class="quiet">Proposed by</dt>
        <dd>
          <HarmlessText text={command.proposedBy.name} />
          {command.proposedBy.kind === 'service_account' && <span class="quiet"> (a program)</span>},{' '}
          <Moment at={command.createdAt} />
        </dd>
        <dt class="quiet">Why</dt>
        <dd>{command.reason === null ? 'No reason was given.' : <HarmlessText text={command.reason} />}</dd>
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
    </li>
  );
}

export function Missing({
  pending: { missing, required, decisions },
}: {
  readonly pending: PendingApproval;
}) {
  return (
    <>
      {`${String(missing)} of ${String(required)} ${required === 1 ? 'approval' : 'approvals'}`}
      {decisions.map(({ by, approved, at }) => (
        <span key={by.id} class="quiet">
          ; <HarmlessText text={by.name} /> {approved ? 'approved' : 'denied'} <Moment at={at} />
        </span>
      ))}
    </>
  );
}

export function TimeLeft({ expiresAt }: { readonly expiresAt: string }) {
  const { api } = useWorkplace();
  const leftMs = Date.parse(expiresAt) - api.at(now());
  if (leftMs <= 0) return <span class="text-error">The time to decide is over.</span>;
  return (
    <time
      dateTime={expiresAt}
      title={expiresAt}
      class={`tabular-nums ${leftMs < 120_000 ? 'text-error' : ''}`}
    >
      {durationWords(leftMs)}
    </time>
  );
}

interface VoteProps {
  readonly pending: PendingApproval;
  readonly title: string;
  readonly deviceName: string;
}

export function Vote({ pending, title, deviceName }: VoteProps) {
  const hasNoFactor = useWorkplace().identity.factors.value.length === 0;
  const asked = useSignal<'approve' | 'deny' | null>(null);
  if (!pending.mayDecide && !pending.secondFactorMissing) return <WhoDecides commandId={pending.commandId} />;
  if (pending.secondFactorMissing && hasNoFactor) return <FactorNeeded />;
  return (
    <>
      <div class="flex flex-wrap gap-2">
        <button type="button" class="btn btn-primary" onClick={() => (asked.value = 'approve')}>
          Approve…
        </button>
        <button type="button" class="btn" onClick={() => (asked.value = 'deny')}>
          Deny…
        </button>
      </div>
      {asked.value !== null && (
        <DecisionDialog
          approved={asked.value === 'approve'}
          {...{ pending, title, deviceName }}
          close={() => (asked.value = null)}
        />
      )}
    </>
  );
}

/** To whoever could decide if their account had a second factor. */
export function FactorNeeded() {
  return (
    <p class="quiet">
      Deciding this needs a second factor, and your account has no authenticator app.{' '}
      <Link href="/account" class="plain-link">
        Set up an authenticator app
      </Link>
    </p>
  );
}

/** Why one's own vote would not be heard, as far as the policy of the command tells. */
function WhoDecides({ commandId }: { readonly commandId: string }) {
  const { api } = useWorkplace();
  const explained = useLoaded(commandId, () =>
    api.call('get', '/api/v1/customer/commands/{id}/explain', { path: { id: commandId } }),
  );
  useAnotherLook(explained.error.value, () => void explained.look());
  const detail =
    explained.value.value?.reasons.find(({ reason }) => reason === 'awaiting_approval')?.detail ?? {};
  const roles = Array.isArray(detail['roles']) ? detail['roles'].map(String) : [];
  return (
    <p class="quiet">
      You cannot decide this one.
      {roles.length > 0 && ` Asked for: ${roles.join(' or ')}`}
      {roles.length > 0 && detail['selfApproval'] === false && ', somebody else than the proposer'}
      {roles.length > 0 && detail['secondFactor'] === true && ', signed in with a second factor'}
      {roles.length > 0 && '.'}
    </p>
  );
}
