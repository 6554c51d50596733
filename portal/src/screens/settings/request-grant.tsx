import { useSignal } from '@preact/signals';
import { problemOf } from '../../api/problem.js';
import type { CommandType } from '../../api/things.js';
import { useWorkplace } from '../../customer/workplace.js';
import { useCallKey } from '../../parts/call-key.js';
import { ChoiceField } from '../../parts/choice-field.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { TextField } from '../../parts/text-field.js';
import type { Typed } from '../command/parameter-fields.js';
import { parameterFields, readParameters } from '../command/parameter-fields.js';
import { ParametersForm } from '../command/parameters-form.js';
import { devicesNamed } from './grant-words.js';

const hourMs = 3_600_000;
const lifetimes = { '1': 'One hour', '24': 'One day', '168': 'A week', '720': '30 days' } as const;
const ways = { label: 'Every device with a label', ids: 'Devices by their ids' } as const;
const strictness = { exact: 'Exactly these', any: 'Any that the type allows' } as const;

interface RequestGrantProps {
  readonly types: readonly CommandType[];
  readonly close: () => void;
  readonly changed: () => void;
}

/** Asks people to let something run beforehand. */
export function RequestGrant({ types, close, changed }: RequestGrantProps) {
  const { api } = useWorkplace();
  const key = useCallKey();
  const type = useSignal(types.find(({ risk }) => risk !== 'read')?.type ?? types[0]?.type ?? '');
  const strict = useSignal<keyof typeof strictness>('exact');
  const typed = useSignal<Typed>({});
  const wrong = useSignal<Readonly<Record<string, string>>>({});
  const way = useSignal<keyof typeof ways>('label');
  const [devices, uses, reason] = [useSignal(''), useSignal('1'), useSignal('')];
  const lifetime = useSignal<keyof typeof lifetimes>('24');
  const chosen = types.find((each) => each.type === type.value);
  const fields = chosen === undefined ? [] : parameterFields(chosen.parametersSchema);
  const ask = async (): Promise<void> => {
    const read = readParameters(fields, typed.value);
    wrong.value = strict.value === 'exact' ? read.wrong : {};
    if (Object.keys(wrong.value).length > 0) {
      throw problemOf(400, { code: 'invalid_parameters', title: 'The parameters are not right' }, null);
    }
    const body = {
      type: type.value,
      parameters: strict.value === 'exact' ? read.parameters : null,
      devices: devicesNamed(way.value, devices.value),
      expiresInMs: Number(lifetime.value) * hourMs,
      maxUses: Number(uses.value),
      reason: reason.value.trim(),
    };
    await api.call('post', '/api/v1/customer/standing-grants', { body, key: key.for(body) });
    changed();
  };
  return (
    <ConfirmDialog title="Ask for a standing grant" verb="Ask for it" act={ask} close={close}>
      <ChoiceField
        choice={type}
        label="Command"
        choices={Object.fromEntries(types.map((each) => [each.type, each.title]))}
        hint={chosen?.description}
      />
      <ChoiceField choice={strict} label="Parameters" choices={strictness} />
      {strict.value === 'exact' && <ParametersForm fields={fields} typed={typed} wrong={wrong.value} />}
      <ChoiceField choice={way} label="On" choices={ways} />
      <TextField
        text={devices}
        label={way.value === 'label' ? 'Label' : 'Ids'}
        required
        hint={way.value === 'label' ? 'Those that carry it when it is used.' : 'Separated by commas.'}
      />
      <ChoiceField choice={lifetime} label="Good for" choices={lifetimes} />
      <TextField text={uses} label="How often at most" required maxLength={4} hint="Up to 1000." />
      <TextField
        text={reason}
        label="Why"
        required
        maxLength={1_000}
        hint="Whoever decides reads this first."
      />
    </ConfirmDialog>
  );
}
