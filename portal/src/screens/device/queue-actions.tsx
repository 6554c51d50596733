import { useSignal } from '@preact/signals';
import type { Device, DeviceStatus } from '../../api/things.js';
import { mayActAs, useWorkplace } from '../../customer/workplace.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { TextField } from '../../parts/text-field.js';

interface QueueActionsProps {
  readonly device: Device;
  readonly queue: DeviceStatus['queue'];
  readonly changed: () => void;
}

/** Holding back what waits for the device, and letting it go on: for operators. */
export function QueueActions({ device, queue, changed }: QueueActionsProps) {
  const { api, role } = useWorkplace();
  const asked = useSignal<'pause' | 'resume' | null>(null);
  const reason = useSignal('');
  if (!mayActAs(role, 'operator') || device.lifecycle !== 'active') return null;
  const path = { id: device.id };
  const isPaused = queue.pause !== null;
  const close = (): void => {
    asked.value = null;
    reason.value = '';
  };
  return (
    <>
      <button type="button" class="btn btn-sm" onClick={() => (asked.value = isPaused ? 'resume' : 'pause')}>
        {isPaused ? 'Let the queue go on' : 'Pause the queue'}
      </button>
      {asked.value === 'resume' && (
        <ConfirmDialog
          title="Let the queue go on?"
          verb="Let it go on"
          close={close}
          past={isPaused ? null : 'The queue goes on already.'}
          act={async () => {
            await api.call('post', '/api/v1/customer/devices/{id}/queue/resume', { path });
            changed();
          }}
        >
          <p>The device gets what waits for it with its next claim.</p>
        </ConfirmDialog>
      )}
      {asked.value === 'pause' && (
        <ConfirmDialog
          title="Pause the queue of this device?"
          verb="Pause it"
          close={close}
          past={isPaused ? 'The queue is paused already.' : null}
          act={async () => {
            const why = reason.value.trim();
            const body = { reason: why === '' ? null : why };
            await api.call('post', '/api/v1/customer/devices/{id}/queue/pause', { path, body });
            changed();
          }}
        >
          <p>
            Nothing new is handed out until somebody lets it go on. What the device has begun goes on, and
            what is not started in time expires.
          </p>
          <TextField text={reason} label="Why" optional maxLength={1000} />
        </ConfirmDialog>
      )}
    </>
  );
}
