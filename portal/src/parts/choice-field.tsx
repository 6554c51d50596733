import type { Signal } from '@preact/signals';
import { useId } from 'preact/hooks';

interface ChoiceFieldProps<Value extends string> {
  readonly choice: Signal<Value>;
  readonly label: string;
  /** The words of each value, in the order in which they are offered. */
  readonly choices: Readonly<Record<Value, string>>;
  readonly hint?: string | undefined;
  readonly disabled?: boolean;
}

/** One of a few values, with its name and what it means. */
export function ChoiceField<Value extends string>(props: ChoiceFieldProps<Value>) {
  const { choice, label, choices, hint, disabled = false } = props;
  const id = useId();
  const values = Object.keys(choices) as Value[];
  return (
    <div class="space-y-1">
      <label for={id} class="block">
        {label}
      </label>
      <select
        id={id}
        class="select w-full"
        disabled={disabled}
        {...(hint !== undefined && { 'aria-describedby': `${id}-hint` })}
        value={choice.value}
        onChange={({ currentTarget }) => {
          const chosen = values.find((value) => value === currentTarget.value);
          if (chosen !== undefined) choice.value = chosen;
        }}
      >
        {values.map((value) => (
          <option key={value} value={value}>
            {choices[value]}
          </option>
        ))}
      </select>
      {hint !== undefined && (
        <p id={`${id}-hint`} class="quiet text-sm">
          {hint}
        </p>
      )}
    </div>
  );
}
