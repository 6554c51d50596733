import type { Signal } from '@preact/signals';
import { useSignal } from '@preact/signals';
import { everyPage, largestPage } from '../../api/every-page.js';
import type { Member, Role } from '../../api/things.js';
import { mayActAs, useWorkplace } from '../../customer/workplace.js';
import { useCallKey } from '../../parts/call-key.js';
import { ChoiceField } from '../../parts/choice-field.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { harmlessLine } from '../../parts/harmless-pieces.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { ProblemNotice } from '../../parts/problem-notice.js';
import { TextField } from '../../parts/text-field.js';
import { WaitingRows } from '../../parts/waiting.js';
import { Link } from '../../place/link.js';
import { useKeptCurrent } from './kept-current.js';
import { isLastAdmin, personNamed, roleMeanings, roleNames } from './member-rules.js';

type Asked = { readonly what: 'add' } | { readonly what: 'edit' | 'remove'; readonly member: Member } | null;

/** The people of the customer, and what each may do. */
export function Members() {
  const { api, role } = useWorkplace();
  const asked = useSignal<Asked>(null);
  const list = useKeptCurrent('members', ['member.'], () =>
    everyPage((page) =>
      api.call('get', '/api/v1/customer/members', { query: { limit: largestPage, ...page } }),
    ),
  );
  const members = list.value.value;
  const error = list.error.value;
  const mayChange = mayActAs(role, 'admin');
  const done = { close: () => (asked.value = null), changed: () => void list.look() };
  return (
    <>
      <div class="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h2 class="text-lg font-semibold grow">Members</h2>
        {mayChange && (
          <button
            type="button"
            class="btn btn-primary btn-sm"
            onClick={() => (asked.value = { what: 'add' })}
          >
            Add a member
          </button>
        )}
      </div>
      {!mayChange && <p class="quiet">Only an admin adds, changes or removes members.</p>}
      {error !== null && <ProblemNotice error={error} retry={() => void list.look()} />}
      {members === null && error === null && (
        <div class="panel overflow-hidden">
          <WaitingRows rows={3} />
        </div>
      )}
      {members !== null && (
        <ul class="panel divide-y divide-base-300" aria-label="Members">
          {members.map((member) => (
            <MemberRow
              key={member.userId}
              member={member}
              isLast={isLastAdmin(member, members)}
              asked={mayChange ? asked : null}
            />
          ))}
        </ul>
      )}
      {asked.value?.what === 'add' && <AddMember {...done} />}
      {asked.value?.what === 'edit' && (
        <EditMember
          {...done}
          member={asked.value.member}
          isLast={isLastAdmin(asked.value.member, members ?? [])}
        />
      )}
      {asked.value?.what === 'remove' && <RemoveMember {...done} member={asked.value.member} />}
    </>
  );
}

interface MemberRowProps {
  readonly member: Member;
  readonly isLast: boolean;
  /** Null: the viewer may change nobody. */
  readonly asked: Signal<Asked> | null;
}

function MemberRow({ member, isLast, asked }: MemberRowProps) {
  const { me } = useWorkplace();
  const { userId, name, role } = member;
  return (
    <li class="px-3 sm:px-4 py-2 grid sm:grid-cols-[minmax(0,1fr)_6rem_minmax(11rem,auto)] gap-x-4 gap-y-1 items-center">
      <div class="min-w-0">
        <Link href={`/activity?actor=${userId}`} class="plain-link font-medium">
          <HarmlessText text={name} />
        </Link>
        {userId === me.user.id && <span class="quiet"> (you)</span>}
        <p class="quiet text-sm font-mono truncate select-all" title={userId}>
          {userId}
        </p>
        {asked !== null && isLast && (
          <p class="quiet text-sm">The only admin: stays until there is another.</p>
        )}
      </div>
      <span title={roleMeanings[role]}>{roleNames[role]}</span>
      {asked !== null && (
        <span class="flex flex-wrap items-center sm:justify-end gap-2">
          <button type="button" class="btn btn-sm" onClick={() => (asked.value = { what: 'edit', member })}>
            Edit<span class="sr-only"> {harmlessLine(name)}</span>
          </button>
          {!isLast && (
            <button
              type="button"
              class="btn btn-sm"
              onClick={() => (asked.value = { what: 'remove', member })}
            >
              Remove<span class="sr-only"> {harmlessLine(name)}</span>
            </button>
          )}
        </span>
      )}
    </li>
  );
}

interface DialogProps {
  readonly close: () => void;
  readonly changed: () => void;
}

function AddMember({ close, changed }: DialogProps) {
  const { api } = useWorkplace();
  const key = useCallKey();
  const [person, name] = [useSignal(''), useSignal('')];
  const role = useSignal<Role>('viewer');
  const add = async (): Promise<void> => {
    const body = { ...personNamed(person.value), name: name.value.trim(), role: role.value };
    await api.call('post', '/api/v1/customer/members', { body, key: key.for(body) });
    changed();
  };
  return (
    <ConfirmDialog title="Add a member" verb="Add" act={add} close={close}>
      <TextField
        text={person}
        label="E-mail address or user id"
        required
        maxLength={320}
        hint="Whoever has the address is looked up, and invited where that is possible."
      />
      <TextField text={name} label="Name" required maxLength={200} />
      <ChoiceField choice={role} label="Role" choices={roleNames} hint={roleMeanings[role.value]} />
    </ConfirmDialog>
  );
}

interface EditMemberProps extends DialogProps {
  readonly member: Member;
  readonly isLast: boolean;
}

function EditMember({ member, isLast, close, changed }: EditMemberProps) {
  const { api } = useWorkplace();
  const name = useSignal(member.name);
  const role = useSignal<Role>(member.role);
  const save = async (): Promise<void> => {
    const [newName, newRole] = [name.value.trim(), role.value];
    // What is as it was stays out: somebody else may have changed it meanwhile.
    const body = {
      ...(newName !== member.name && { name: newName }),
      ...(newRole !== member.role && { role: newRole }),
    };
    await api.call('patch', '/api/v1/customer/members/{userId}', { path: { userId: member.userId }, body });
    changed();
  };
  return (
    <ConfirmDialog title="Change this member" verb="Save" act={save} close={close}>
      <TextField text={name} label="Name" required maxLength={200} />
      <ChoiceField
        choice={role}
        label="Role"
        choices={roleNames}
        disabled={isLast}
        hint={isLast ? 'The only admin: make somebody else an admin first.' : roleMeanings[role.value]}
      />
      <p class="quiet">It counts from their next request on.</p>
    </ConfirmDialog>
  );
}

function RemoveMember({ member, close, changed }: DialogProps & { readonly member: Member }) {
  const { api, me } = useWorkplace();
  const remove = async (): Promise<void> => {
    await api.call('delete', '/api/v1/customer/members/{userId}', { path: { userId: member.userId } });
    changed();
  };
  return (
    <ConfirmDialog title="Remove this member?" verb="Remove" isGrave act={remove} close={close}>
      <p class="font-semibold">
        <HarmlessText text={member.name} />
      </p>
      <p>
        They are out with their next request, and within seconds where they are signed in. Approvals that they
        gave count no more for what has not begun.
      </p>
      {member.userId === me.user.id && (
        <p class="text-error font-semibold">This is you: you will see nothing of this customer any more.</p>
      )}
    </ConfirmDialog>
  );
}
