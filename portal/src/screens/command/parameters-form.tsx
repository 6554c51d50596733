import type { Signal } from '@preact/signals';
import { useId } from 'preact/hooks';
import type { ParameterField, Typed } from './parameter-fields.js';

interface ParametersFormProps {
  readonly fields: readonly ParameterField[];
  readonly typed: Signal<Typed>;
  readonly wrong: Readonly<Record<string, string>>;
}

/** A field for each parameter of a command type. */
export function ParametersForm({ fields, typed, wrong }: ParametersFormProps) {
  if (fields.length === 0) return <p class="quiet">This command takes no parameters.</p>;
  return (
    <div class="grid gap-3 sm:grid-cols-2">
      {fields.map((field) => (
        <Field
          key={field.name}
          field={field}
          wrong={wrong[field.name]}
          value={typed.value[field.name] ?? ''}
          change={(value) => (typed.value = { ...typed.value, [field.name]: value })}
        />
      ))}
    </div>
  );
}

interface FieldProps {
  readonly field: ParameterField;
  readonly value: string;
  readonly wrong: string | undefined;
  readonly change: (value: string) => void;
}

function Field({ field, value, wrong, change }: FieldProps) {
  const id = useId();
  const { label, required, shape } = field;
  const hint = hintOf(shape);
  const told = [hint !== null && `${id}-hint`, wrong !== undefined && `${id}-wrong`]
    .filter(Boolean)
    .join(' ');
  const shared = {
    id,
    'aria-required': required,
    'aria-invalid': wrong !== undefined,
    ...(told !== '' && { 'aria-describedby': told }),
  };
  return (
    <div class="space-y-1 min-w-0">
      <label for={id} class="block">
        {label}
        {!required && <span class="quiet"> (optional)</span>}
      </label>
      <Entry shape={shape} value={value} isWrong={wrong !== undefined} change={change} shared={shared} />
      {hint !== null && (
        <p id={`${id}-hint`} class="quiet text-sm">
          {hint}
        </p>
      )}
      {wrong !== undefined && (
        <p id={`${id}-wrong`} class="text-error text-sm">
          {wrong}
        </p>
      )}
    </div>
  );
}

interface EntryProps {
  readonly shape: ParameterField['shape'];
  readonly value: string;
  readonly isWrong: boolean;
  readonly change: (value: string) => void;
  readonly shared: Readonly<Record<string, string | boolean>>;
}

function Entry({ shape, value, isWrong, change, shared }: EntryProps) {
  const mark = (kind: string): string => `${kind} w-full ${isWrong ? `${kind}-error` : ''}`;
  switch (shape.kind) {
    case 'choice':
    case 'flag': {
      const options = shape.kind === 'flag' ? ['true', 'false'] : shape.options;
      return (
        <select
          {...shared}
          class={mark('select')}
          value={value}
          onChange={(event) => change(event.currentTarget.value)}
        >
          <option value="">Not said</option>
          {options.map((option) => (
            <option key={option} value={option}>
              {option}
            </option>
          ))}
        </select>
      );
    }
    case 'lines':
    case 'json':
      return (
        <textarea
          {...shared}
          class={`${mark('textarea')} font-mono`}
          rows={3}
          spellcheck={false}
          value={value}
          onInput={(event) => change(event.currentTarget.value)}
        />
      );
    default:
      return (
        <input
          {...shared}
          class={mark('input')}
          autocomplete="off"
          spellcheck={false}
          {...(shape.kind === 'number' && { inputMode: 'numeric' as const })}
          value={value}
          onInput={(event) => change(event.currentTarget.value)}
        />
      );
  }
}

function hintOf(shape: ParameterField['shape']): string | null {
  if (shape.kind === 'number' && shape.min !== null && shape.max !== null)
    return `${shape.min.toLocaleString()} to ${shape.max.toLocaleString()}`;
  if (shape.kind === 'lines') return 'One on each line.';
  if (shape.kind === 'json') return 'As JSON.';
  return null;
}
