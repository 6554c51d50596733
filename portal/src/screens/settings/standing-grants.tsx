import { useSignal } from '@preact/signals';
import type { StandingGrant } from '../../api/things.js';
import { everyPage, largestPage } from '../../api/every-page.js';
import { mayActAs, useWorkplace } from '../../customer/workplace.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { Moment } from '../../parts/moment.js';
import { ParameterList } from '../../parts/parameter-list.js';
import { ProblemNotice } from '../../parts/problem-notice.js';
import { WaitingRows } from '../../parts/waiting.js';
import { useCommandTypes } from '../command/command-types.js';
import { DecideGrant } from './decide-grant.js';
import { devicesWords, mayBeRevoked, stateWords } from './grant-words.js';
import { FactorNeeded } from '../approvals/approval-card.js';
import { useKeptCurrent } from './kept-current.js';
import { RequestGrant } from './request-grant.js';

type Asked =
  | { readonly what: 'request' }
  | { readonly what: 'approve' | 'deny' | 'revoke'; readonly grant: StandingGrant }
  | null;

/** What people let run beforehand. */
export function StandingGrants() {
  const { api, role } = useWorkplace();
  const { types, titleOf } = useCommandTypes();
  const asked = useSignal<Asked>(null);
  const list = useKeptCurrent('standing-grants', ['standing_grant.', 'command.proposed'], () =>
    everyPage(
      (page) =>
        api.call('get', '/api/v1/customer/standing-grants', { query: { limit: largestPage, ...page } }),
      largestPage,
    ),
  );
  const grants = list.value.value;
  const error = list.error.value;
  const mayAsk = mayActAs(role, 'operator');
  const done = { close: () => (asked.value = null), changed: () => void list.look() };
  const known = types.value.value;
  return (
    <>
      <div class="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h2 class="text-lg font-semibold grow">Standing grants</h2>
        {mayAsk && (
          <button
            type="button"
            class="btn btn-primary btn-sm"
            disabled={known === null}
            onClick={() => (asked.value = { what: 'request' })}
          >
            Ask for one
          </button>
        )}
      </div>
      <p class="quiet">
        Approved beforehand: commands of one type run on some devices, for a while, so many times, without
        waiting.
      </p>
      {error !== null && <ProblemNotice error={error} retry={() => void list.look()} />}
      {grants === null && error === null && (
        <div class="panel overflow-hidden">
          <WaitingRows rows={2} class="h-32" />
        </div>
      )}
      {grants?.length === 0 && <p class="panel p-6">Nothing was ever approved beforehand.</p>}
      {grants !== null && grants.length > 0 && (
        <ul class="space-y-3" aria-label="Standing grants, newest first">
          {grants.map((grant) => (
            <GrantCard
              key={grant.id}
              grant={grant}
              title={titleOf(grant.type)}
              ask={(what) => (asked.value = { what, grant })}
              mayRevoke={mayAsk}
            />
          ))}
        </ul>
      )}
      {asked.value?.what === 'request' && known !== null && <RequestGrant {...done} types={known} />}
      {(asked.value?.what === 'approve' || asked.value?.what === 'deny') && (
        <DecideGrant
          {...done}
          approved={asked.value.what === 'approve'}
          grant={asked.value.grant}
          title={titleOf(asked.value.grant.type)}
        />
      )}
      {asked.value?.what === 'revoke' && (
        <RevokeGrant {...done} grant={asked.value.grant} title={titleOf(asked.value.grant.type)} />
      )}
    </>
  );
}

interface GrantCardProps {
  readonly grant: StandingGrant;
  readonly title: string;
  readonly ask: (what: 'approve' | 'deny' | 'revoke') => void;
  readonly mayRevoke: boolean;
}

function GrantCard({ grant, title, ask, mayRevoke }: GrantCardProps) {
  const { state, parameters, uses, maxUses, requestedBy, approval, missing } = grant;
  const hasNoFactor = useWorkplace().identity.factors.value.length === 0;
  const look = stateWords[state];
  return (
    <li class="panel p-4 space-y-2">
      <div class="flex flex-wrap items-baseline gap-x-4">
        <h3 class="font-semibold grow">
          <HarmlessText text={title} />
        </h3>
        <span class={`font-medium ${look.class}`}>{look.word}</span>
      </div>
      <dl class="grid grid-cols-[6.5rem_1fr] gap-x-4 gap-y-0.5">
        <dt class="quiet">On</dt>
        <dd class="min-w-0">
          <HarmlessText text={devicesWords(grant.devices)} />
        </dd>
        <dt class="quiet">Parameters</dt>
        <dd class="min-w-0">
          {parameters === null ? 'any that the type allows' : <ParameterList parameters={parameters} />}
        </dd>
        <dt class="quiet">Why</dt>
        <dd class="min-w-0">
          <HarmlessText text={grant.reason} />
        </dd>
        <dt class="quiet">Used</dt>
        <dd class="tabular-nums">{`${uses} of ${maxUses} times`}</dd>
        <dt class="quiet">Runs out</dt>
        <dd>
          <Moment at={grant.expiresAt} comes />
        </dd>
        <dt class="quiet">Asked for by</dt>
        <dd class="min-w-0">
          <HarmlessText text={requestedBy.name} />, <Moment at={grant.createdAt} />
        </dd>
        {(missing > 0 || approval.decisions.length > 0) && <dt class="quiet">Decisions</dt>}
        {(missing > 0 || approval.decisions.length > 0) && (
          <dd class="min-w-0">
            {approval.decisions.map(({ by, approved, at }) => (
              <span key={by.id}>
                <HarmlessText text={by.name} /> {approved ? 'approved' : 'denied'} <Moment at={at} />
                {'; '}
              </span>
            ))}
            {`${missing} of ${approval.required} missing`}
          </dd>
        )}
      </dl>
      <div class="flex flex-wrap gap-2">
        {grant.secondFactorMissing && hasNoFactor && <FactorNeeded />}
        {(grant.mayDecide || (grant.secondFactorMissing && !hasNoFactor)) &&
          state === 'awaiting_approval' && (
            <>
              <button type="button" class="btn btn-sm btn-primary" onClick={() => ask('approve')}>
                Approve…
              </button>
              <button type="button" class="btn btn-sm" onClick={() => ask('deny')}>
                Deny…
              </button>
            </>
          )}
        {mayRevoke && mayBeRevoked(state) && (
          <button type="button" class="btn btn-sm" onClick={() => ask('revoke')}>
            Revoke…
          </button>
        )}
      </div>
    </li>
  );
}

interface RevokeGrantProps {
  readonly grant: StandingGrant;
  readonly title: string;
  readonly close: () => void;
  readonly changed: () => void;
}

function RevokeGrant({ grant, title, close, changed }: RevokeGrantProps) {
  const { api } = useWorkplace();
  const revoke = async (): Promise<void> => {
    await api.call('post', '/api/v1/customer/standing-grants/{id}/revoke', { path: { id: grant.id } });
    changed();
  };
  return (
    <ConfirmDialog title="Revoke this standing grant?" verb="Revoke" isGrave act={revoke} close={close}>
      <p class="font-semibold">
        <HarmlessText text={title} /> on <HarmlessText text={devicesWords(grant.devices)} />
      </p>
      <p>Nothing runs by it any more: what is proposed from now on waits for approval. It stays revoked.</p>
    </ConfirmDialog>
  );
}
