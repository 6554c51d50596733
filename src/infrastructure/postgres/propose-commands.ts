import type { CompiledQuery } from 'kysely';
import { sql } from 'kysely';

import { defaultApprovalPolicy } from '../../domain/approval/approval-policy.js';
import type { Command } from '../../domain/command/command.js';
import { dueAt } from '../../domain/command/due-moves.js';
import type { NewCommand } from '../../domain/command/proposal.js';
import { queueRank } from '../../domain/command/queue-rank.js';
import type { DeviceLifecycle } from '../../domain/device/device-lifecycle.js';
import type { ActivityFragments } from './activity-fragments.js';
import { prepared } from './prepared-statement.js';
import type { Prepared } from './prepared-statement.js';
import { lockWait } from './save-commands.js';
import type { Patience } from './save-commands.js';

/** How many commands that have not ended a device may have, unless it is said otherwise. */
export const defaultMaxOpen = 1_000;

export interface Proposal {
  readonly command: NewCommand;
  readonly entry: ActivityFragments;
}

/** What became of one proposal. `acceptance` and `created_at` are null unless it was inserted. */
export interface ProposalRow {
  readonly verdict:
    | 'no_such_device'
    | 'device_busy'
    | 'repeated'
    | 'device_not_active'
    | 'policy_changed'
    | 'device_changed'
    | 'standing_grant_due'
    | 'queue_full'
    | 'accepted';
  readonly lifecycle: DeviceLifecycle | null;
  readonly depth: number | null;
  readonly oldest_age_ms: number | null;
  readonly acceptance: number | null;
  readonly created_at: Date | null;
}

/**
 * Records new commands with their entries, and answers each, in the order given. Within one statement no id may
 * be given twice. The lock on the device makes the bound exact, and gives the ranks the order of the commits.
 */
export function proposeCommands(
  proposals: readonly Proposal[],
  maxOpen: number,
  patience: Patience,
): CompiledQuery<ProposalRow> {
  const devices = [...new Set(proposals.map(({ command }) => command.deviceId))];
  const ids = proposals.map(({ command }) => command.id);
  return proposings[patience](JSON.stringify(proposals.map(rowOf)), devices, ids, maxOpen);
}

const proposing = (
  patience: Patience,
): Prepared<
  ProposalRow,
  [proposals: string, devices: readonly string[], ids: readonly string[], maxOpen: number]
> =>
  prepared(
    (proposals, devices, ids, maxOpen) => sql`
    with wanted as materialized (
      select w.* from json_to_recordset(${proposals}::json) as w (
        n int, id uuid, customer_id uuid, device_id text, credential_generation int, session_id uuid, session_ends_at timestamptz, type text, type_version int,
        parameters text, priority int, lane text, dedupe_key text, risk text, delivery_class text, state text, proposal_reason text,
        proposed_by text, not_before timestamptz, expires_at timestamptz, visibility_timeout_ms int,
        max_attempts int, approval text, grant_jws text, redrive_of uuid, policy_version int, standing_considered boolean, allowed_by text,
        due_at timestamptz, entry text)),
    locked as materialized (
      select d.id, d.customer_id, d.lifecycle, d.credential_generation from fieldgate.devices d
      where d.id = any(${devices}::text[]) order by d.id for no key update ${lockWait[patience]}),
    queues as materialized (
      select l.*, q.depth, q.oldest_at, q.known from locked l join fieldgate.queues_of(
        (select array_agg(d.id) from locked d), ${ids}::uuid[], ${maxOpen}::int) q on q.device_id = l.id),
    known as materialized (
      select w.n, q.lifecycle, q.depth, q.oldest_at, case
        when q.id is null then case when exists (
          select from fieldgate.devices d where d.id = w.device_id and d.customer_id = w.customer_id)
          then 'device_busy' else 'no_such_device' end
        when w.id = any(q.known) then 'repeated'
        when q.lifecycle not in ('provisioned', 'active') then 'device_not_active'
        when w.credential_generation <> q.credential_generation then 'device_changed'
        when w.policy_version <> coalesce(p.version, ${defaultApprovalPolicy.version}::int) then 'policy_changed'
        when w.state = 'awaiting_approval' and not w.standing_considered and exists (
          select from fieldgate.standing_grants g
          where g.customer_id = w.customer_id and g.type = w.type and g.state = 'active' and g.uses < g.max_uses
            and g.expires_at > fieldgate.clock_now()) then 'standing_grant_due'
        else 'accepted' end as verdict
      from wanted w left join queues q on q.id = w.device_id and q.customer_id = w.customer_id
      left join fieldgate.approval_policies p on p.customer_id = w.customer_id),
    judged as materialized (
      select k.n, k.lifecycle, k.depth, k.oldest_at, case
        when k.verdict = 'accepted' and k.depth + row_number() over (
          partition by w.device_id, k.verdict order by k.n) > ${maxOpen}::int then 'queue_full'
        else k.verdict end as verdict
      from known k join wanted w on w.n = k.n),
    inserted as (
      insert into fieldgate.commands (id, customer_id, device_id, session_id, session_ends_at, type, type_version, parameters,
        priority, lane, dedupe_key, risk, delivery_class, state, proposal_reason, proposed_by, created_at, not_before, expires_at,
        visibility_timeout_ms, max_attempts, approval, grant_jws, allowed_by, redrive_of, due_at, changed_at)
      select w.id, w.customer_id, w.device_id, w.session_id, w.session_ends_at, w.type, w.type_version, w.parameters::json,
        w.priority, w.lane, w.dedupe_key, w.risk, w.delivery_class, w.state, w.proposal_reason, w.proposed_by::json,
        fieldgate.clock_now(), w.not_before, w.expires_at, w.visibility_timeout_ms, w.max_attempts,
        w.approval::json, w.grant_jws, w.allowed_by::json, w.redrive_of, w.due_at, fieldgate.clock_now()
      from wanted w join judged j on j.n = w.n where j.verdict = 'accepted' order by w.n
      on conflict (id) do nothing
      returning id, acceptance, created_at),
    appended as materialized (
      select fieldgate.append_activity(log.customer_id, log.entries) as seq from (
        select (w.entry::json ->> 'customerId')::uuid as customer_id, json_agg(w.entry::json order by w.n) as entries
        from inserted i join wanted w on w.id = i.id group by 1 order by 1) log)
    select j.verdict, j.lifecycle, j.depth, i.acceptance, i.created_at,
      (extract(epoch from fieldgate.clock_now() - case when j.verdict = 'queue_full' then coalesce(j.oldest_at, (
        -- The queue was not full yet when its depth was taken: this batch fills it.
        select min(o.created_at) from fieldgate.commands o where o.device_id = w.device_id
          and o.state in ('awaiting_approval', 'queued', 'claimed', 'unknown_outcome'))) end) * 1000)::float8 as oldest_age_ms,
      (select count(seq) from appended) as logs
    from judged j join wanted w on w.n = j.n left join inserted i on i.id = w.id
    order by j.n`,
  );

const proposings = { brief: proposing('brief'), wait: proposing('wait'), pass: proposing('pass') };

/** The command as it is recorded when the proposal is accepted. */
export function acceptedCommand(proposed: NewCommand, createdAt: Date, acceptance: number): Command {
  const { type } = proposed;
  const waits = proposed.approval !== null && proposed.approval.rule.approvals > 0;
  return {
    id: proposed.id,
    customerId: proposed.customerId,
    deviceId: proposed.deviceId,
    sessionId: proposed.sessionId,
    sessionEndsAt: proposed.sessionEndsAt,
    type: type.type,
    typeVersion: type.version,
    risk: type.risk,
    deliveryClass: type.deliveryClass,
    parameters: proposed.parameters,
    priority: proposed.priority,
    lane: proposed.lane,
    dedupeKey: proposed.dedupeKey,
    proposalReason: proposed.proposalReason,
    proposedBy: proposed.proposedBy,
    notBefore: proposed.notBefore,
    expiresAt: proposed.expiresAt,
    maxAttempts: proposed.maxAttempts,
    visibilityTimeoutMs: proposed.visibilityTimeoutMs,
    approval: proposed.approval,
    grant: proposed.grant,
    allowedBy: proposed.allowedBy,
    redriveOf: proposed.redriveOf,
    rank: queueRank(proposed.priority, acceptance),
    state: waits ? 'awaiting_approval' : 'queued',
    stateReason: null,
    createdAt,
    attempt: 0,
    lapses: 0,
    releases: 0,
    claim: null,
    claimedAt: null,
    finishedAt: null,
    cancelRequestedAt: null,
    progress: null,
    result: null,
    evidence: [],
    version: 1,
  };
}

function rowOf({ command: proposed, entry }: Proposal, n: number) {
  // The place in the queue and the time are the database's to give; state and deadline do not depend on them.
  const command = acceptedCommand(proposed, proposed.expiresAt, 0);
  return {
    n,
    id: command.id,
    customer_id: command.customerId,
    device_id: command.deviceId,
    credential_generation: proposed.credentialGeneration,
    session_id: command.sessionId,
    session_ends_at: command.sessionEndsAt,
    type: command.type,
    type_version: command.typeVersion,
    parameters: JSON.stringify(command.parameters),
    priority: command.priority,
    lane: command.lane,
    dedupe_key: command.dedupeKey,
    risk: command.risk,
    delivery_class: command.deliveryClass,
    state: command.state,
    proposal_reason: command.proposalReason,
    proposed_by: JSON.stringify(command.proposedBy),
    not_before: command.notBefore,
    expires_at: command.expiresAt,
    visibility_timeout_ms: command.visibilityTimeoutMs,
    max_attempts: command.maxAttempts,
    approval: command.approval === null ? null : JSON.stringify(command.approval),
    grant_jws: command.grant,
    redrive_of: command.redriveOf,
    policy_version: proposed.policyVersion,
    standing_considered: proposed.standingConsidered,
    allowed_by: command.allowedBy === null ? null : JSON.stringify(command.allowedBy),
    due_at: dueAt(command),
    entry: JSON.stringify(entry),
  };
}
