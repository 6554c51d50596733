import { useSignal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { Device, DeviceStatus, IssuedCode } from '../../api/things.js';
import { mayActAs, useWorkplace } from '../../customer/workplace.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { TextField } from '../../parts/text-field.js';
import { ActivationPanel } from '../devices/activation-panel.js';
import { newKey } from '../../api/api-client.js';
import { QueueActions } from './queue-actions.js';

type Asked = 'suspend' | 'resume' | 'retire' | 'code' | 'edit' | 'sign_out' | null;

interface ActionsProps {
  readonly device: Device;
  /** Null: the device is as it was, and what stands around it is not. */
  readonly changed: (device: Device | null) => void;
}

/** What the viewer may do with the device itself: with its queue as an operator, with all of it as an admin. */
export function DeviceActions({
  device,
  queue,
  changed,
}: ActionsProps & { readonly queue: DeviceStatus['queue'] }) {
  const { role } = useWorkplace();
  const asked = useSignal<Asked>(null);
  const issued = useSignal<IssuedCode | null>(null);
  const queueActions = <QueueActions {...{ device, queue }} changed={() => changed(null)} />;
  if (!mayActAs(role, 'admin')) return queueActions;
  const { lifecycle } = device;
  const button = (what: Asked, words: string, look = '') => (
    <button type="button" class={`btn btn-sm ${look}`} onClick={() => (asked.value = what)}>
      {words}
    </button>
  );
  return (
    <>
      <div class="flex flex-wrap gap-2">
        {lifecycle !== 'retired' && button('edit', 'Edit')}
        {queueActions}
        {lifecycle === 'provisioned' && button('code', 'New activation code')}
        {lifecycle === 'active' && button('sign_out', 'Sign out')}
        {lifecycle === 'active' && button('suspend', 'Suspend')}
        {lifecycle === 'suspended' && button('resume', 'Resume')}
        {lifecycle !== 'retired' && button('retire', 'Retire', 'text-error')}
      </div>
      {issued.value !== null && lifecycle !== 'retired' && (
        <div class="basis-full">
          <ActivationPanel issued={issued.value} />
        </div>
      )}
      {asked.value === 'edit' && <EditDialog device={device} changed={changed} asked={asked} />}
      {asked.value === 'sign_out' && <SignOutDialog device={device} close={() => (asked.value = null)} />}
      {asked.value === 'code' && <CodeDialog device={device} asked={asked} issued={issued} />}
      {(asked.value === 'suspend' || asked.value === 'resume' || asked.value === 'retire') && (
        <LifecycleDialog act={asked.value} device={device} changed={changed} asked={asked} />
      )}
    </>
  );
}

const acts: Readonly<
  Record<
    'suspend' | 'resume' | 'retire',
    { readonly verb: string; readonly isGrave: boolean; readonly words: ComponentChildren }
  >
> = {
  suspend: {
    verb: 'Suspend it',
    isGrave: true,
    words:
      'It is signed out within seconds and kept out until somebody resumes it. Commands that have not begun are cancelled.',
  },
  resume: { verb: 'Resume it', isGrave: false, words: 'It may sign in again and take commands.' },
  retire: {
    verb: 'Retire it',
    isGrave: true,
    words:
      'Its life here ends for good: it is signed out, its commands are cancelled, and its id is never used again. This cannot be undone.',
  },
};

interface LifecycleDialogProps extends ActionsProps {
  readonly act: 'suspend' | 'resume' | 'retire';
  readonly asked: Signal<Asked>;
}

function LifecycleDialog({ act, device, changed, asked }: LifecycleDialogProps) {
  const { api } = useWorkplace();
  const { verb, isGrave, words } = acts[act];
  return (
    <ConfirmDialog
      title={`${act === 'retire' ? 'Retire' : act === 'suspend' ? 'Suspend' : 'Resume'} this device?`}
      verb={verb}
      isGrave={isGrave}
      {...(act === 'retire' && { typed: device.id })}
      close={() => (asked.value = null)}
      act={async () =>
        changed(await api.call('post', `/api/v1/customer/devices/{id}/${act}`, { path: { id: device.id } }))
      }
    >
      <p class="font-semibold">
        <HarmlessText text={device.name} />
      </p>
      <p>{words}</p>
    </ConfirmDialog>
  );
}

function SignOutDialog({ device, close }: { readonly device: Device; readonly close: () => void }) {
  const { api } = useWorkplace();
  return (
    <ConfirmDialog
      title="Sign this device out everywhere?"
      verb="Sign it out"
      close={close}
      act={async () => {
        await api.call('delete', '/api/v1/customer/devices/{id}/tokens', { path: { id: device.id } });
      }}
    >
      <p>
        Every token that it holds stops working within seconds. Its agent signs in again by itself: for a
        device that should stay out, suspend it.
      </p>
    </ConfirmDialog>
  );
}

interface CodeDialogProps {
  readonly device: Device;
  readonly asked: Signal<Asked>;
  readonly issued: Signal<IssuedCode | null>;
}

function CodeDialog({ device, asked, issued }: CodeDialogProps) {
  const { api } = useWorkplace();
  return (
    <ConfirmDialog
      title="Issue a new activation code?"
      verb="Issue a new code"
      close={() => (asked.value = null)}
      act={async () => {
        issued.value = await api.call('post', '/api/v1/customer/devices/{id}/activation-code', {
          path: { id: device.id },
          key: newKey(),
        });
      }}
    >
      <p>The code that was issued before stops working.</p>
    </ConfirmDialog>
  );
}

function EditDialog({ device, changed, asked }: ActionsProps & { readonly asked: Signal<Asked> }) {
  const { api } = useWorkplace();
  const name = useSignal(device.name);
  const location = useSignal(device.location ?? '');
  const labels = useSignal(device.labels.join(', '));
  const save = async (): Promise<void> => {
    const place = location.value.trim();
    const words = labels.value
      .split(',')
      .map((label) => label.trim())
      .filter((label) => label !== '');
    changed(
      await api.call('patch', '/api/v1/customer/devices/{id}', {
        path: { id: device.id },
        body: { name: name.value.trim(), location: place === '' ? null : place, labels: [...new Set(words)] },
      }),
    );
  };
  return (
    <ConfirmDialog title="Edit this device" verb="Save" close={() => (asked.value = null)} act={save}>
      <TextField text={name} label="Name" required maxLength={200} />
      <TextField text={location} label="Location" optional maxLength={200} />
      <TextField text={labels} label="Labels" optional hint="Separated by commas." />
    </ConfirmDialog>
  );
}
