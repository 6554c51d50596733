import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import type { Device, Session } from '../../api/things.js';
import { mayActAs, useWorkplace } from '../../customer/workplace.js';
import { useCallKey } from '../../parts/call-key.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { TextField } from '../../parts/text-field.js';
import { goTo } from '../../place/place.js';

const types = [
  ['diagnostic', 'Diagnostic: to look'],
  ['remediation', 'Remediation: to change something'],
] as const;

const lengths = [
  [900_000, '15 minutes'],
  [3_600_000, '1 hour'],
  [14_400_000, '4 hours'],
  [86_400_000, '1 day'],
] as const;

/** The way to a session on a device that has none open. */
export function OpenSession({ device }: { readonly device: Device }) {
  const { role } = useWorkplace();
  const isAsking = useSignal(false);
  if (!mayActAs(role, 'operator') || device.lifecycle !== 'active') return null;
  return (
    <>
      <button type="button" class="btn btn-sm" onClick={() => (isAsking.value = true)}>
        Open a session
      </button>
      {isAsking.value && <OpenSessionDialog device={device} close={() => (isAsking.value = false)} />}
    </>
  );
}

function OpenSessionDialog({ device, close }: { readonly device: Device; readonly close: () => void }) {
  const { api } = useWorkplace();
  const [typeId, lengthId] = [useId(), useId()];
  const type = useSignal<Session['type']>('diagnostic');
  const lengthMs = useSignal<number>(3_600_000);
  const description = useSignal('');
  const key = useCallKey();
  const open = async (): Promise<void> => {
    const words = description.value.trim();
    const body = {
      deviceId: device.id,
      type: type.value,
      description: words === '' ? null : words,
      expiresInMs: lengthMs.value,
    };
    const session = await api.call('post', '/api/v1/customer/sessions', { body, key: key.for(body) });
    goTo(`/sessions/${session.id}`);
  };
  return (
    <ConfirmDialog title="Open a session on this device" verb="Open the session" act={open} close={close}>
      <div class="space-y-1">
        <label for={typeId}>What for</label>
        <select
          id={typeId}
          class="select w-full"
          value={type.value}
          onChange={({ currentTarget }) => {
            type.value = currentTarget.value === 'remediation' ? 'remediation' : 'diagnostic';
          }}
        >
          {types.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <TextField text={description} label="Description" optional maxLength={1000} />
      <div class="space-y-1">
        <label for={lengthId}>It ends by itself after</label>
        <select
          id={lengthId}
          class="select w-full"
          value={lengthMs.value}
          onChange={({ currentTarget }) => {
            lengthMs.value = Number(currentTarget.value);
          }}
        >
          {lengths.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </div>
    </ConfirmDialog>
  );
}
