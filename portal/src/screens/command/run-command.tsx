import { useSignal } from '@preact/signals';
import { useId, useMemo } from 'preact/hooks';
import { asProblem } from '../../api/problem.js';
import type { Command, CommandType } from '../../api/things.js';
import { mayActAs, useWorkplace } from '../../customer/workplace.js';
import { useCallKey } from '../../parts/call-key.js';
import type { Loaded } from '../../parts/loaded.js';
import { ProblemNotice } from '../../parts/problem-notice.js';
import { TextField } from '../../parts/text-field.js';
import type { Typed } from './parameter-fields.js';
import { parameterFields, readParameters } from './parameter-fields.js';
import { ParametersForm } from './parameters-form.js';

/** What is sent: the same body for a device and for a session. */
export interface Proposal {
  readonly type: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly reason: string | null;
}

interface RunCommandProps {
  readonly types: Loaded<readonly CommandType[]>;
  /** Why nothing can be proposed here now; null when it can. */
  readonly hindrance: string | null;
  /** Proposes it; the same key and proposal is the same call. */
  readonly propose: (proposal: Proposal, key: string) => Promise<Command>;
  readonly proposed: (command: Command) => void;
}

/** What can be asked of a device, with a form made from the type's own schema. */
export function RunCommand({ types, hindrance, propose, proposed }: RunCommandProps) {
  const { role } = useWorkplace();
  const known = types.value.value;
  if (!mayActAs(role, 'operator')) {
    return (
      <p class="panel p-4 quiet">You look on as a viewer. Operators run diagnostics and propose changes.</p>
    );
  }
  if (hindrance !== null) return <p class="panel p-4 quiet">{hindrance}</p>;
  if (known === null) {
    return types.error.value === null ? (
      <div class="panel h-[29rem] sm:h-[23.6rem] skeleton" aria-busy="true" />
    ) : (
      <ProblemNotice error={types.error.value} retry={() => void types.look()} />
    );
  }
  return <Form types={known} propose={propose} proposed={proposed} />;
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

interface FormProps extends Pick<RunCommandProps, 'propose' | 'proposed'> {
  readonly types: readonly CommandType[];
}

function Form({ types, propose, proposed }: FormProps) {
  const select = useId();
  const chosen = useSignal(types.find(({ risk }) => risk === 'read')?.type ?? '');
  const typed = useSignal<Typed>({});
  const reason = useSignal('');
  const wrong = useSignal<Readonly<Record<string, string>>>({});
  const error = useSignal<unknown>(null);
  const isBusy = useSignal(false);
  const key = useCallKey();
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
    try {
      proposed(await propose(body, key.for(body)));
      key.answered();
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
