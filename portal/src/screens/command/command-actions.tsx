import { useSignal } from '@preact/signals';
import type { Command } from '../../api/things.js';
import { mayActAs, useWorkplace } from '../../customer/workplace.js';
import { useCallKey } from '../../parts/call-key.js';
import { ChoiceField } from '../../parts/choice-field.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { TextField } from '../../parts/text-field.js';
import { Link } from '../../place/link.js';
import { isOver } from './command-words.js';

interface CommandActionsProps {
  readonly command: Command;
  readonly title: string;
  /** Hears of the command as it is afterwards, and of one that was proposed anew. */
  readonly changed: (command: Command) => void;
}

/** What people can still do about a command, as far as their role lets them. */
export function CommandActions({ command, title, changed }: CommandActionsProps) {
  const { role } = useWorkplace();
  const asked = useSignal<'cancel' | 'settle' | 'redrive' | null>(null);
  const redriven = useSignal<Command | null>(null);
  if (!mayActAs(role, 'operator')) return null;
  const action = actionOn(command);
  if (action === null) return null;
  const close = () => (asked.value = null);
  return (
    <div class="flex flex-wrap items-center gap-x-4 gap-y-2">
      <button type="button" class="btn btn-sm" onClick={() => (asked.value = action)}>
        {buttons[action]}
      </button>
      {redriven.value !== null && (
        <p role="status">
          It was proposed again{' '}
          <Link href={`/devices/${encodeURIComponent(redriven.value.deviceId)}`} class="plain-link">
            on its device
          </Link>
          .
        </p>
      )}
      {asked.value === 'cancel' && <Cancel {...{ command, title, changed, close }} />}
      {asked.value === 'settle' && <Settle {...{ command, title, changed, close }} />}
      {asked.value === 'redrive' && (
        <Redrive
          {...{ command, title, close }}
          changed={(proposed) => {
            redriven.value = proposed;
            changed(proposed);
          }}
        />
      )}
    </div>
  );
}

const buttons = {
  cancel: 'Cancel the command',
  settle: 'Say how it ended…',
  redrive: 'Propose it again…',
} as const;

function actionOn(command: Command): keyof typeof buttons | null {
  if (command.state === 'unknown_outcome') return 'settle';
  if (isOver(command)) return 'redrive';
  return command.cancelRequestedAt === null ? 'cancel' : null;
}

interface ActionProps extends CommandActionsProps {
  readonly close: () => void;
}

function Cancel({ command, title, changed, close }: ActionProps) {
  const { api } = useWorkplace();
  const path = { id: command.id };
  return (
    <ConfirmDialog
      title={`Cancel “${title}”?`}
      verb="Cancel the command"
      close={close}
      act={async () => changed(await api.call('post', '/api/v1/customer/commands/{id}/cancel', { path }))}
    >
      <p>
        {command.state === 'claimed'
          ? 'It is running. The device is asked to stop it, and says how it ended.'
          : 'It has not begun, and it never will.'}
      </p>
    </ConfirmDialog>
  );
}

const endings = {
  succeeded: 'It was done',
  failed: 'It was tried, and failed',
  cancelled: 'It was not done',
} as const;

function Settle({ command, title, changed, close }: ActionProps) {
  const { api } = useWorkplace();
  const status = useSignal<keyof typeof endings>('succeeded');
  const reason = useSignal('');
  return (
    <ConfirmDialog
      title={`How did “${title}” end?`}
      verb="Record it"
      close={close}
      act={async () => {
        const body = { status: status.value, reason: reason.value.trim() };
        const path = { id: command.id };
        changed(await api.call('post', '/api/v1/customer/commands/{id}/settle', { path, body }));
      }}
    >
      <p>
        The device went silent while it ran, and it is one that must not run twice. Look at the device first;
        what you say here is final, and goes into the log with your name.
      </p>
      <ChoiceField choice={status} label="How it ended" choices={endings} />
      <TextField text={reason} label="How you found out" required maxLength={1_000} />
    </ConfirmDialog>
  );
}

function Redrive({ command, title, changed, close }: ActionProps) {
  const { api } = useWorkplace();
  const key = useCallKey();
  const path = { id: command.id };
  return (
    <ConfirmDialog
      title={`Propose “${title}” again?`}
      verb="Propose it again"
      close={close}
      act={async () => {
        const proposed = await api.call('post', '/api/v1/customer/commands/{id}/redrive', {
          path,
          key: key.for(path),
        });
        key.answered();
        changed(proposed);
      }}
    >
      <p>
        A new command with the same parameters, on the same device, in your name. It waits for approval where
        the policy asks for one; this one stays as it is.
        {command.sessionId !== null && ' It does not belong to the session.'}
      </p>
    </ConfirmDialog>
  );
}
