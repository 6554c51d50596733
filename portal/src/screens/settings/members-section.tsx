import { useSignal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Member, Role } from '../../api/things.js';
import { mayActAs, useWorkplace } from '../../customer/workplace.js';
import { useCallKey } from '../../parts/call-key.js';
import { ChoiceField } from '../../parts/choice-field.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { harmlessLine } from '../../parts/harmless-pieces.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import type { Loaded } from '../../parts/loaded.js';
import { useLoaded } from '../../parts/loaded.js';
import { ProblemNotice } from '../../parts/problem-notice.js';
import { TextField } from '../../parts/text-field.js';
import { WaitingRows } from '../../parts/waiting.js';
import { readAllPages } from './all-pages.js';
import { roleWords } from './roles.js';

type Asked = 'add' | { readonly change: Member } | { readonly remove: Member } | null;

/** The people of the customer. */
export function MembersSection() {
  const { api, live, role, me } = useWorkplace();
  const asked = useSignal<Asked>(null);
  const members = useLoaded('members', () =>
    readAllPages((query) => api.call('get', '/api/v1/customer/members', { query })),
  );
  useEffect(() => live.onEvent(({ kind }) => void (kind.startsWith('member.') && members.look())), [members]);
  const mayChange = mayActAs(role, 'admin');
  const known = members.value.value;
  return (
    <section class="space-y-2" aria-labelledby="members">
      <div class="flex flex-wrap items-center gap-3">
        <h2 id="members" class="font-semibold grow">
          Members
        </h2>
        {mayChange && (
          <button type="button" class="btn btn-sm" onClick={() => (asked.value = 'add')}>
            Add a member
          </button>
        )}
      </div>
      {members.error.value !== null && (
        <ProblemNotice error={members.error.value} retry={() => void members.look()} />
      )}
      {known === null ? (
        members.error.value === null && (
          <div class="panel overflow-hidden">
            <WaitingRows rows={3} class="h-12" />
          </div>
        )
      ) : (
        <ul class="panel divide-y divide-base-300" aria-label="Members">
          {known.map((member) => (
            <li
              key={member.userId}
              class="flex flex-wrap items-center gap-x-4 gap-y-1 px-3 sm:px-4 py-2 min-h-12"
            >
              <p class="grow min-w-0">
                <span class="font-medium">
                  <HarmlessText text={member.name} />
                </span>
                {member.userId === me.user.id && <span class="quiet"> (you)</span>}
              </p>
              <p class="w-20">{member.role}</p>
              {mayChange && (
                <p class="flex gap-2">
                  <button
                    type="button"
                    class="btn btn-sm"
                    onClick={() => (asked.value = { change: member })}
                    aria-label={`Change ${harmlessLine(member.name)}`}
                  >
                    Change
                  </button>
                  <button
                    type="button"
                    class="btn btn-sm"
                    onClick={() => (asked.value = { remove: member })}
                    aria-label={`Remove ${harmlessLine(member.name)}`}
                  >
                    Remove
                  </button>
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
      <MemberDialog asked={asked} members={members} />
    </section>
  );
}

interface DialogProps {
  readonly asked: Signal<Asked>;
  readonly members: Loaded<readonly Member[]>;
}

function MemberDialog({ asked, members }: DialogProps) {
  const { api } = useWorkplace();
  const what = asked.value;
  const close = (): void => void (asked.value = null);
  if (what === null) return null;
  if (what === 'add') return <AddMember close={close} done={members.look} />;
  if ('change' in what) return <ChangeMember member={what.change} close={close} done={members.look} />;
  const { userId, name } = what.remove;
  return (
    <ConfirmDialog
      title="Remove this member?"
      verb="Remove the member"
      isGrave
      close={close}
      act={async () => {
        await api.call('delete', '/api/v1/customer/members/{userId}', { path: { userId } });
        await members.look();
      }}
    >
      <p class="font-semibold">
        <HarmlessText text={name} />
      </p>
      <p>Their access ends within seconds, and what rests on their word and has not begun is called off.</p>
    </ConfirmDialog>
  );
}

interface MemberFormProps {
  readonly close: () => void;
  readonly done: () => Promise<void>;
}

function AddMember({ close, done }: MemberFormProps) {
  const { api } = useWorkplace();
  const key = useCallKey();
  const [who, name] = [useSignal(''), useSignal('')];
  const role = useSignal<Role>('viewer');
  const add = async (): Promise<void> => {
    const person = who.value.trim();
    const body = {
      ...(person.includes('@') ? { email: person } : { userId: person }),
      name: name.value.trim(),
      role: role.value,
    };
    await api.call('post', '/api/v1/customer/members', { body, key: key.for(body) });
    await done();
  };
  return (
    <ConfirmDialog title="Add a member" verb="Add the member" act={add} close={close}>
      <TextField
        text={who}
        label="E-mail or user id"
        required
        maxLength={320}
        hint="Of the account that the person signs in with."
      />
      <TextField text={name} label="Name" required maxLength={200} hint="What others see them called here." />
      <ChoiceField
        label="Role"
        value={role.value}
        options={roleWords}
        change={(value) => (role.value = value)}
      />
    </ConfirmDialog>
  );
}

function ChangeMember({ member, close, done }: MemberFormProps & { readonly member: Member }) {
  const { api } = useWorkplace();
  const name = useSignal(member.name);
  const role = useSignal<Role>(member.role);
  const change = async (): Promise<void> => {
    await api.call('patch', '/api/v1/customer/members/{userId}', {
      path: { userId: member.userId },
      body: { name: name.value.trim(), role: role.value },
    });
    await done();
  };
  return (
    <ConfirmDialog title="Change this member" verb="Save" act={change} close={close}>
      <TextField text={name} label="Name" required maxLength={200} />
      <ChoiceField
        label="Role"
        value={role.value}
        options={roleWords}
        change={(value) => (role.value = value)}
      />
    </ConfirmDialog>
  );
}
