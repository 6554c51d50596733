import { useSignal } from '@preact/signals';
import { useId, useMemo, useRef } from 'preact/hooks';
import { newKey } from '../../api/api-client.js';
import { asProblem } from '../../api/problem.js';
import type { Command, CommandType, Device } from '../../api/things.js';
import { mayActAs, useWorkplace } from '../../customer/workplace.js';
import type { Loaded } from '../../parts/loaded.js';
import { ProblemNotice } from '../../parts/problem-notice.js';
import { TextField } from '../../parts/text-field.js';
import type { Typed } from './parameter-fields.js';
import { parameterFields, readParameters } from './parameter-fields.js';
import { ParametersForm } from './parameters-form.js';

interface RunCommandProps {
  readonly device: Device;
  readonly types: Loaded<readonly CommandType[]>;
  /** The support session that it belongs to; without one it stands alone. */
  readonly sessionId?: string;
  readonly proposed: (command: Command) => void;
}

/** What the device can be asked to do, with a form made from the type's own schema. */
export function RunCommand({ device, types, sessionId, proposed }: RunCommandProps) {
  const { role } = useWorkplace();
  const known = types.value.value;
  if (!mayActAs(role, 'operator')) {
    return (
      <p class="panel p-4 quiet">You look on as a viewer. Operators run diagnostics and propose changes.</p>
    );
  }
  if (device.lifecycle !== 'active') {
    return <p class="panel p-4 quiet">Only an active device takes commands.</p>;
  }
  if (known === null) {
    return types.error.value === null ? (
      <div class="panel h-56 skeleton" aria-busy="true" />
    ) : (
      <ProblemNotice error={types.error.value} retry={() => void types.look()} />
    );
  }
  return <Form device={device} types={known} sessionId={sessionId} proposed={proposed} />;
}

const groups = [
  ['read', 'Diagnostics: they only look'],
  ['change', 'Changes: they can be undone'],
  ['destructive', 'Destructive: they cannot be undone'],
] as const;

const verbs = {
  read: 'Run the diagnostic',
  change: 'Propose the change',
  destructive: 'Propose it',
} as const;

interface FormProps {
  readonly device: Device;
  readonly types: readonly CommandType[];
  readonly sessionId: string | undefined;
  readonly proposed: (command: Command) => void;
}

function Form({ device, types, sessionId, proposed }: FormProps) {
  const { api } = useWorkplace();
  const select = useId();
  const chosen = useSignal(types.find(({ risk }) => risk === 'read')?.type ?? '');
  const typed = useSignal<Typed>({});
  const reason = useSignal('');
  const wrong = useSignal<Readonly<Record<string, string>>>({});
  const error = useSignal<unknown>(null);
  const isBusy = useSignal(false);
  const key = useRef({ key: newKey(), body: '' });
  const type = types.find((each) => each.type === chosen.value);
  const fields = useMemo(() => (type === undefined ? [] : parameterFields(type.parametersSchema)), [type]);
  if (type === undefined) return <p class="panel p-4">The catalogue of this gateway is empty.</p>;

  const send = async (): Promise<void> => {
    const read = readParameters(fields, typed.value);
    wrong.value = read.wrong;
    error.value = null;
    if (Object.keys(read.wrong).length > 0) return;
    isBusy.value = true;
    const why = reason.value.trim();
    const body = { type: type.type, parameters: read.parameters, reason: why === '' ? null : why };
    const written = JSON.stringify(body);
    // A second try after a lost answer is the same call; after an answer, it is another one.
    if (key.current.body !== written) key.current = { key: newKey(), body: written };
    try {
      const given = { body, key: key.current.key };
      proposed(
        sessionId === undefined
          ? await api.call('post', '/api/v1/customer/devices/{id}/commands', {
              path: { id: device.id },
              ...given,
            })
          : await api.call('post', '/api/v1/customer/sessions/{id}/commands', {
              path: { id: sessionId },
              ...given,
            }),
      );
      key.current = { key: newKey(), body: '' };
    } catch (refused) {
      error.value = refused;
      wrong.value = wrongFields(refused);
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <form
      class="panel p-4 space-y-3"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <div class="space-y-1">
        <label for={select}>Command</label>
        <select
          id={select}
          class="select w-full"
          value={chosen.value}
          onChange={({ currentTarget }) => {
            chosen.value = currentTarget.value;
            typed.value = {};
            reason.value = '';
            wrong.value = {};
            error.value = null;
          }}
        >
          {groups.map(([risk, name]) => (
            <optgroup key={risk} label={name}>
              {types
                .filter((each) => each.risk === risk)
                .map((each) => (
                  <option key={each.type} value={each.type}>
                    {each.title}
                  </option>
                ))}
            </optgroup>
          ))}
        </select>
        <p class="quiet text-sm min-h-10 sm:min-h-5">{type.description}</p>
      </div>
      <ParametersForm fields={fields} typed={typed} wrong={wrong.value} />
      {type.risk !== 'read' && (
        <TextField
          text={reason}
          label="Why"
          optional
          maxLength={1000}
          hint="Whoever decides reads this first."
        />
      )}
      {error.value !== null && <ProblemNotice error={error.value} />}
      <button type="submit" class="btn btn-primary btn-sm" disabled={isBusy.value}>
        {verbs[type.risk]}
      </button>
    </form>
  );
}

/** What the gateway says about single parameters, beside their fields. */
const wrongFields = (error: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (asProblem(error).body.errors ?? []).map(({ path, message }) => [
      path.replace(/^parameters\./, '').split('.')[0] ?? path,
      message,
    ]),
  );
