import { useSignal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ApiKey } from '../../api/things.js';
import { mayActAs, useWorkplace } from '../../customer/workplace.js';
import { useCallKey } from '../../parts/call-key.js';
import { ChoiceField } from '../../parts/choice-field.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { CopyButton } from '../../parts/copy-button.js';
import { harmlessLine } from '../../parts/harmless-pieces.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { useLoaded } from '../../parts/loaded.js';
import { Moment } from '../../parts/moment.js';
import { ProblemNotice } from '../../parts/problem-notice.js';
import { TextField } from '../../parts/text-field.js';
import { WaitingRows } from '../../parts/waiting.js';
import { readAllPages } from './all-pages.js';

/** The programs that act for the customer. */
export function ApiKeysSection() {
  const { api, live, role } = useWorkplace();
  const isAdding = useSignal(false);
  const revoked = useSignal<ApiKey | null>(null);
  const made = useSignal<{ readonly name: string; readonly key: string } | null>(null);
  const keys = useLoaded('api-keys', () =>
    readAllPages((query) => api.call('get', '/api/v1/customer/api-keys', { query })),
  );
  useEffect(() => live.onEvent(({ kind }) => void (kind.startsWith('api_key.') && keys.look())), [keys]);
  const mayChange = mayActAs(role, 'admin');
  const known = keys.value.value;
  return (
    <section class="space-y-2" aria-labelledby="api-keys">
      <div class="flex flex-wrap items-center gap-3">
        <h2 id="api-keys" class="font-semibold grow">
          API keys
        </h2>
        {mayChange && (
          <button type="button" class="btn btn-sm" onClick={() => (isAdding.value = true)}>
            Make an API key
          </button>
        )}
      </div>
      {made.value !== null && <MadeKey made={made} name={made.value.name} text={made.value.key} />}
      {keys.error.value !== null && <ProblemNotice error={keys.error.value} retry={() => void keys.look()} />}
      {known === null && keys.error.value === null && (
        <div class="panel overflow-hidden">
          <WaitingRows rows={2} class="h-12" />
        </div>
      )}
      {known?.length === 0 && (
        <p class="panel p-4 quiet">
          No program acts for this customer. One with a key may look, or propose; it never decides.
        </p>
      )}
      {known !== null && known.length > 0 && (
        <ul class="panel divide-y divide-base-300" aria-label="API keys">
          {known.map((key) => (
            <li key={key.id} class="flex flex-wrap items-center gap-x-4 gap-y-1 px-3 sm:px-4 py-2 min-h-12">
              <p class="grow min-w-0">
                <span class="font-medium">
                  <HarmlessText text={key.name} />
                </span>
                <span class="quiet block text-sm">
                  made <Moment at={key.createdAt} />,{' '}
                  {key.lastUsedAt === null ? (
                    'not used yet'
                  ) : (
                    <>
                      used <Moment at={key.lastUsedAt} />
                    </>
                  )}
                  {key.expiresAt !== null && (
                    <>
                      , runs out <Moment at={key.expiresAt} />
                    </>
                  )}
                </span>
              </p>
              <p class="w-20">{key.role}</p>
              {mayChange && (
                <button
                  type="button"
                  class="btn btn-sm"
                  onClick={() => (revoked.value = key)}
                  aria-label={`Revoke ${harmlessLine(key.name)}`}
                >
                  Revoke
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {isAdding.value && (
        <MakeKey
          close={() => (isAdding.value = false)}
          done={async (name, key) => {
            made.value = { name, key };
            await keys.look();
          }}
        />
      )}
      {revoked.value !== null && (
        <RevokeKey apiKey={revoked.value} close={() => (revoked.value = null)} done={keys.look} />
      )}
    </section>
  );
}

interface MadeKeyProps {
  readonly made: Signal<unknown>;
  readonly name: string;
  readonly text: string;
}

function MadeKey({ made, name, text }: MadeKeyProps) {
  return (
    <div class="panel border-l-4 border-l-success p-4 space-y-2" role="status">
      <p>
        The key of <HarmlessText text={name} />. It is shown this once: keep it where your program finds it.
      </p>
      <p class="flex flex-wrap items-center gap-3">
        <code class="select-all font-semibold [overflow-wrap:anywhere]">{text}</code>
        <CopyButton text={text} what="the API key" />
        <button type="button" class="btn btn-sm" onClick={() => (made.value = null)}>
          I have it
        </button>
      </p>
    </div>
  );
}

const lifetimes = [
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', 'a year'],
  ['never', 'never: until it is revoked'],
] as const;
type Lifetime = (typeof lifetimes)[number][0];

const keyRoles = [
  ['viewer', 'Viewer: looks'],
  ['operator', 'Operator: also runs diagnostics and proposes'],
] as const;

interface MakeKeyProps {
  readonly close: () => void;
  readonly done: (name: string, key: string) => Promise<void>;
}

function MakeKey({ close, done }: MakeKeyProps) {
  const { api } = useWorkplace();
  const callKey = useCallKey();
  const name = useSignal('');
  const role = useSignal<ApiKey['role']>('viewer');
  const lifetime = useSignal<Lifetime>('90');
  const make = async (): Promise<void> => {
    // To the hour, so that a second try says the same.
    const hour = Math.floor(api.at(Date.now()) / 3_600_000) * 3_600_000;
    const expiresAt =
      lifetime.value === 'never' ? null : new Date(hour + Number(lifetime.value) * 86_400_000).toISOString();
    const body = { name: name.value.trim(), role: role.value, expiresAt };
    const { key } = await api.call('post', '/api/v1/customer/api-keys', { body, key: callKey.for(body) });
    await done(body.name, key);
  };
  return (
    <ConfirmDialog title="Make an API key" verb="Make the key" act={make} close={close}>
      <TextField text={name} label="Name" required maxLength={200} hint="Of the program that will use it." />
      <ChoiceField
        label="Role"
        value={role.value}
        options={keyRoles}
        change={(value) => (role.value = value)}
      />
      <ChoiceField
        label="It runs out after"
        value={lifetime.value}
        options={lifetimes}
        change={(value) => (lifetime.value = value)}
      />
    </ConfirmDialog>
  );
}

interface RevokeKeyProps {
  readonly apiKey: ApiKey;
  readonly close: () => void;
  readonly done: () => Promise<void>;
}

function RevokeKey({ apiKey, close, done }: RevokeKeyProps) {
  const { api } = useWorkplace();
  return (
    <ConfirmDialog
      title="Revoke this key?"
      verb="Revoke the key"
      isGrave
      close={close}
      act={async () => {
        await api.call('delete', '/api/v1/customer/api-keys/{id}', { path: { id: apiKey.id } });
        await done();
      }}
    >
      <p class="font-semibold">
        <HarmlessText text={apiKey.name} />
      </p>
      <p>It opens nothing any more within seconds. This cannot be undone; make another key instead.</p>
    </ConfirmDialog>
  );
}
