import { useSignal } from '@preact/signals';
import { asProblem } from '../../api/problem.js';
import type { IssuedCode } from '../../api/things.js';
import { mayActAs, useWorkplace } from '../../customer/workplace.js';
import { useCallKey } from '../../parts/call-key.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { usePageTitle } from '../../parts/page-title.js';
import { ProblemNotice } from '../../parts/problem-notice.js';
import { TextField } from '../../parts/text-field.js';
import { Link } from '../../place/link.js';
import { ActivationPanel } from './activation-panel.js';

/** A name, then the code that turns a machine in the field into this device. */
export function AddDeviceScreen() {
  usePageTitle('Add a device');
  const { role } = useWorkplace();
  const issued = useSignal<IssuedCode | null>(null);
  return (
    <div class="space-y-4 max-w-3xl">
      <p>
        <Link href="/devices" class="plain-link">
          Devices
        </Link>
      </p>
      {issued.value !== null ? (
        <>
          <h1 class="text-xl font-semibold">
            Start the agent of <HarmlessText text={issued.value.device.name} />
          </h1>
          <ActivationPanel issued={issued.value} />
        </>
      ) : (
        <>
          <h1 class="text-xl font-semibold">Add a device</h1>
          {mayActAs(role, 'admin') ? (
            <AddDeviceForm done={(code) => (issued.value = code)} />
          ) : (
            <p class="panel p-4">Only an admin adds devices. Ask one of this customer.</p>
          )}
        </>
      )}
    </div>
  );
}

const labelsOf = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map((label) => label.trim())
      .filter((label) => label !== ''),
  ),
];

function AddDeviceForm({ done }: { readonly done: (issued: IssuedCode) => void }) {
  const { api } = useWorkplace();
  const [name, location, labels, id] = [useSignal(''), useSignal(''), useSignal(''), useSignal('')];
  const isBusy = useSignal(false);
  const error = useSignal<unknown>(null);
  const key = useCallKey();
  const add = async (): Promise<void> => {
    isBusy.value = true;
    error.value = null;
    const body = {
      name: name.value.trim(),
      location: location.value.trim() === '' ? null : location.value.trim(),
      labels: labelsOf(labels.value),
      ...(id.value.trim() !== '' && { deviceId: id.value.trim() }),
    };
    try {
      done(await api.call('post', '/api/v1/customer/devices/provision', { body, key: key.for(body) }));
    } catch (refused) {
      error.value = refused;
    } finally {
      isBusy.value = false;
    }
  };
  const wrong = error.value === null ? [] : (asProblem(error.value).body.errors ?? []);
  const wrongAt = (path: string): string | undefined =>
    wrong.find((each) => each.path === path || each.path.startsWith(`${path}.`))?.message;
  return (
    <form
      class="panel p-4 space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <TextField text={name} label="Name" required maxLength={200} wrong={wrongAt('name')} />
      <TextField text={location} label="Location" optional maxLength={200} wrong={wrongAt('location')} />
      <TextField
        text={labels}
        label="Labels"
        optional
        hint="Separated by commas, such as berlin, kiosk."
        wrong={wrongAt('labels')}
      />
      <TextField
        text={id}
        label="Id"
        optional
        hint="Letters, digits, dots and hyphens. Made up when you leave it empty; it stays for good."
        maxLength={64}
        wrong={wrongAt('deviceId')}
      />
      {error.value !== null && <ProblemNotice error={error.value} />}
      <button type="submit" class="btn btn-primary" disabled={isBusy.value}>
        Add the device
      </button>
    </form>
  );
}
