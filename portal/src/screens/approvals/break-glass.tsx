import { useSignal } from '@preact/signals';
import type { Command } from '../../api/things.js';
import { mayActAs, useWorkplace } from '../../customer/workplace.js';
import { useCallKey } from '../../parts/call-key.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { TextField } from '../../parts/text-field.js';

interface BreakGlassProps {
  /** What waits for people who cannot be reached. */
  readonly command: Command;
  readonly title: string;
  readonly deviceName: string;
}

/** For admins in an emergency: runs what waits at once, as a command of its own, without anybody's approval. */
export function BreakGlass({ command, title, deviceName }: BreakGlassProps) {
  const { role } = useWorkplace();
  const isAsking = useSignal(false);
  const ran = useSignal<string | null>(null);
  if (!mayActAs(role, 'admin')) return null;
  return (
    <div class="space-y-1">
      <button type="button" class="btn btn-sm btn-ghost text-error" onClick={() => (isAsking.value = true)}>
        In an emergency: break the glass…
      </button>
      {ran.value !== null && (
        <p role="status">
          It runs without approval, as <code class="select-all">{ran.value}</code>, and another admin has to
          review that. What waits here still waits: deny it, or it may run once more.
        </p>
      )}
      {isAsking.value && (
        <BreakGlassDialog
          {...{ command, title, deviceName }}
          broke={({ id }) => (ran.value = id)}
          close={() => (isAsking.value = false)}
        />
      )}
    </div>
  );
}

interface DialogProps extends BreakGlassProps {
  readonly broke: (command: Command) => void;
  readonly close: () => void;
}

function BreakGlassDialog({ command, title, deviceName, broke, close }: DialogProps) {
  const { api } = useWorkplace();
  const key = useCallKey();
  const reason = useSignal('');
  const act = async (): Promise<void> => {
    const body = { type: command.type, parameters: command.parameters, reason: reason.value.trim() };
    const path = { id: command.deviceId };
    broke(
      await api.call('post', '/api/v1/customer/devices/{id}/break-glass', { path, body, key: key.for(body) }),
    );
    key.answered();
  };
  return (
    <ConfirmDialog title="Run this without approval?" verb="Break the glass" isGrave act={act} close={close}>
      <p>
        <HarmlessText text={title} /> on <HarmlessText text={deviceName} />, with the parameters that are
        shown.
      </p>
      <p>
        It runs as soon as the device takes it. The log tells it loudly, with your name and your reason, and
        another admin has to say whether it was right. It takes a second factor that was used within five
        minutes.
      </p>
      <TextField
        text={reason}
        label="Why nobody could be asked"
        hint="At least ten characters. The review begins with it."
        required
        maxLength={1_000}
      />
    </ConfirmDialog>
  );
}
