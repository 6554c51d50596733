import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { newKey } from '../../api/api-client.js';
import type { Device, Session } from '../../api/things.js';
import { useWorkplace } from '../../customer/workplace.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { goTo } from '../../place/place.js';

const types: readonly (readonly [Session['type'], string])[] = [
  ['diagnostic', 'Diagnostic: to find out what is wrong'],
  ['remediation', 'Remediation: to put something right'],
];
const hourMs = 3_600_000;
const lengths: readonly (readonly [number, string])[] = [
  [hourMs / 4, '15 minutes'],
  [hourMs, '1 hour'],
  [4 * hourMs, '4 hours'],
  [8 * hourMs, '8 hours'],
  [24 * hourMs, '24 hours'],
];

/** Asks what the session is for and how long it may last, opens it, and leads into it. */
export function OpenSession({ device }: { readonly device: Device }) {
  const { api } = useWorkplace();
  const isAsking = useSignal(false);
  const type = useSignal<Session['type']>('diagnostic');
  const description = useSignal('');
  const lengthMs = useSignal(hourMs);
  const key = useRef({ key: '', written: '' });
  const open = async (): Promise<void> => {
    const about = description.value.trim();
    const body = {
      deviceId: device.id,
      type: type.value,
      description: about === '' ? null : about,
      expiresInMs: lengthMs.value,
    };
    const written = JSON.stringify(body);
    // A second try after a lost answer opens no second one.
    if (key.current.written !== written) key.current = { key: newKey(), written };
    const session = await api.call('post', '/api/v1/customer/sessions', { body, key: key.current.key });
    key.current = { key: '', written: '' };
    goTo(`/sessions/${session.id}`);
  };
  return (
    <>
      <button type="button" class="btn btn-sm" onClick={() => (isAsking.value = true)}>
        Open a session
      </button>
      {isAsking.value && (
        <ConfirmDialog
          title="Open a support session?"
          verb="Open the session"
          act={open}
          close={() => (isAsking.value = false)}
        >
          <p>
            On <HarmlessText text={device.name} />. Everybody of the customer can follow it; what changes the
            device still waits for approval.
          </p>
          <label class="block space-y-1">
            <span>Type</span>
            <select
              class="select w-full"
              value={type.value}
              onChange={({ currentTarget: { value } }) => {
                type.value = types.find(([each]) => each === value)?.[0] ?? 'diagnostic';
              }}
            >
              {types.map(([each, words]) => (
                <option key={each} value={each}>
                  {words}
                </option>
              ))}
            </select>
          </label>
          <label class="block space-y-1">
            <span>
              What is it about? <span class="quiet">(optional)</span>
            </span>
            <textarea
              class="textarea w-full"
              rows={2}
              maxLength={1_000}
              value={description.value}
              onInput={({ currentTarget }) => (description.value = currentTarget.value)}
            />
          </label>
          <label class="block space-y-1">
            <span>Ends by itself after</span>
            <select
              class="select w-full"
              value={String(lengthMs.value)}
              onChange={({ currentTarget }) => (lengthMs.value = Number(currentTarget.value))}
            >
              {lengths.map(([ms, words]) => (
                <option key={ms} value={String(ms)}>
                  {words}
                </option>
              ))}
            </select>
          </label>
        </ConfirmDialog>
      )}
    </>
  );
}
