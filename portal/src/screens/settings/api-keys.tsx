import { useSignal } from '@preact/signals';
import { everyPage, largestPage } from '../../api/every-page.js';
import type { ApiKey, CreatedApiKey } from '../../api/things.js';
import { mayActAs, useWorkplace } from '../../customer/workplace.js';
import { useCallKey } from '../../parts/call-key.js';
import { ChoiceField } from '../../parts/choice-field.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { CopyButton } from '../../parts/copy-button.js';
import { harmlessLine } from '../../parts/harmless-pieces.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { Moment, now } from '../../parts/moment.js';
import { ProblemNotice } from '../../parts/problem-notice.js';
import { TextField } from '../../parts/text-field.js';
import { WaitingRows } from '../../parts/waiting.js';
import { Link } from '../../place/link.js';
import { useKeptCurrent } from './kept-current.js';
import { roleMeanings, roleNames } from './member-rules.js';

/** The programs of the customer, each known by its key. */
export function ApiKeys() {
  const { api, role } = useWorkplace();
  const isAdding = useSignal(false);
  const made = useSignal<CreatedApiKey | null>(null);
  const revoking = useSignal<ApiKey | null>(null);
  const list = useKeptCurrent('api-keys', ['api_key.'], () =>
    everyPage((page) =>
      api.call('get', '/api/v1/customer/api-keys', { query: { limit: largestPage, ...page } }),
    ),
  );
  const keys = list.value.value;
  const error = list.error.value;
  const mayChange = mayActAs(role, 'admin');
  return (
    <>
      <div class="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h2 class="text-lg font-semibold grow">API keys</h2>
        {mayChange && (
          <button type="button" class="btn btn-primary btn-sm" onClick={() => (isAdding.value = true)}>
            Make a key
          </button>
        )}
      </div>
      <p class="quiet">
        A key lets a program look on or operate. It never decides, and never changes people or keys.
        {!mayChange && ' Only an admin makes or revokes keys.'}
      </p>
      {made.value !== null && <MadeKey made={made.value} close={() => (made.value = null)} />}
      {error !== null && <ProblemNotice error={error} retry={() => void list.look()} />}
      {keys === null && error === null && (
        <div class="panel overflow-hidden">
          <WaitingRows rows={2} />
        </div>
      )}
      {keys?.length === 0 && (
        <div class="panel p-6 space-y-2">
          <p class="font-semibold">No key yet.</p>
          <p class="quiet">A program that calls the API needs one of its own.</p>
        </div>
      )}
      {keys !== null && keys.length > 0 && (
        <ul class="panel divide-y divide-base-300" aria-label="API keys">
          {keys.map((key) => (
            <KeyRow key={key.id} apiKey={key} revoke={mayChange ? () => (revoking.value = key) : null} />
          ))}
        </ul>
      )}
      {isAdding.value && (
        <MakeKey
          close={() => (isAdding.value = false)}
          done={(created) => {
            made.value = created;
            void list.look();
          }}
        />
      )}
      {revoking.value !== null && (
        <RevokeKey
          apiKey={revoking.value}
          close={() => (revoking.value = null)}
          done={(id) => {
            if (made.value?.id === id) made.value = null;
            void list.look();
          }}
        />
      )}
    </>
  );
}

interface KeyRowProps {
  readonly apiKey: ApiKey;
  /** Null: the viewer may not. */
  readonly revoke: (() => void) | null;
}

function KeyRow({ apiKey, revoke }: KeyRowProps) {
  const { id, name, role, createdAt, expiresAt, lastUsedAt } = apiKey;
  return (
    <li class="px-3 sm:px-4 py-2 grid grid-cols-[1fr_auto] md:grid-cols-[minmax(0,1fr)_6rem_12rem_12rem_5rem] gap-x-4 gap-y-0.5 items-center">
      <div class="min-w-0">
        <Link href={`/activity?actor=${id}`} class="plain-link font-medium">
          <HarmlessText text={name} />
        </Link>
        <p class="quiet text-sm">
          made <Moment at={createdAt} />
        </p>
      </div>
      <span
        class="justify-self-end self-start md:justify-self-start md:self-center"
        title={roleMeanings[role]}
      >
        {roleNames[role]}
      </span>
      <span class="quiet text-sm">
        {lastUsedAt === null ? (
          'never used'
        ) : (
          <>
            last used <Moment at={lastUsedAt} />
          </>
        )}
      </span>
      <span class="text-sm text-right sm:text-left">
        <Expiry at={expiresAt} />
      </span>
      {revoke !== null && (
        <button type="button" class="btn btn-sm justify-self-start md:justify-self-end" onClick={revoke}>
          Revoke<span class="sr-only"> {harmlessLine(name)}</span>
        </button>
      )}
    </li>
  );
}

function Expiry({ at }: { readonly at: string | null }) {
  if (at === null) return <span class="quiet">does not run out</span>;
  const isOver = Date.parse(at) <= now();
  return (
    <span class={isOver ? 'text-error' : 'quiet'}>
      {isOver ? 'ran out ' : 'runs out '}
      <Moment at={at} comes={!isOver} />
    </span>
  );
}

/** The only time that it is seen. */
function MadeKey({ made, close }: { readonly made: CreatedApiKey; readonly close: () => void }) {
  return (
    <section class="panel border-l-4 border-l-primary p-4 space-y-2" aria-labelledby="made-key">
      <h3 id="made-key" class="font-semibold">
        The key of <HarmlessText text={made.name} />
      </h3>
      <p class="quiet">Shown this once. Keep it where the program finds it, and nobody else does.</p>
      <p class="flex flex-wrap items-center gap-3">
        <code class="select-all [overflow-wrap:anywhere]">{made.key}</code>
        <CopyButton text={made.key} what="the key" />
      </p>
      <button type="button" class="btn btn-sm" onClick={close}>
        I have kept it
      </button>
    </section>
  );
}

const lifetimes = {
  '30': '30 days',
  '90': '90 days',
  '365': 'One year',
  never: 'Until it is revoked',
} as const;
const keyRoles = { viewer: roleNames.viewer, operator: roleNames.operator } as const;
const dayMs = 86_400_000;

interface MakeKeyProps {
  readonly close: () => void;
  readonly done: (created: CreatedApiKey) => void;
}

function MakeKey({ close, done }: MakeKeyProps) {
  const { api } = useWorkplace();
  const key = useCallKey();
  const name = useSignal('');
  const role = useSignal<keyof typeof keyRoles>('viewer');
  const lifetime = useSignal<keyof typeof lifetimes>('90');
  // The same at a second try, which then makes no second key.
  const begunAt = useSignal(api.at(Date.now()));
  const make = async (): Promise<void> => {
    const days = lifetime.value;
    const expiresAt = days === 'never' ? null : new Date(begunAt.value + Number(days) * dayMs).toISOString();
    const body = { name: name.value.trim(), role: role.value, expiresAt };
    done(await api.call('post', '/api/v1/customer/api-keys', { body, key: key.for(body) }));
  };
  return (
    <ConfirmDialog title="Make an API key" verb="Make it" act={make} close={close}>
      <TextField
        text={name}
        label="Name"
        required
        maxLength={200}
        hint="What the program is, such as backup."
      />
      <ChoiceField choice={role} label="Role" choices={keyRoles} hint={roleMeanings[role.value]} />
      <ChoiceField choice={lifetime} label="Good for" choices={lifetimes} />
    </ConfirmDialog>
  );
}

interface RevokeKeyProps {
  readonly apiKey: ApiKey;
  readonly close: () => void;
  readonly done: (id: string) => void;
}

function RevokeKey({ apiKey, close, done }: RevokeKeyProps) {
  const { api } = useWorkplace();
  const revoke = async (): Promise<void> => {
    await api.call('delete', '/api/v1/customer/api-keys/{id}', { path: { id: apiKey.id } });
    done(apiKey.id);
  };
  return (
    <ConfirmDialog title="Revoke this key?" verb="Revoke" isGrave act={revoke} close={close}>
      <p class="font-semibold">
        <HarmlessText text={apiKey.name} />
      </p>
      <p>
        The program that uses it is shut out from its next request on. This cannot be taken back; a new key
        can be made.
      </p>
    </ConfirmDialog>
  );
}
