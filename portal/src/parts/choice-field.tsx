import { useId } from 'preact/hooks';

interface ChoiceFieldProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly (readonly [value: Value, words: string])[];
  readonly change: (value: Value) => void;
}

/** One of a few. */
export function ChoiceField<Value extends string>({
  label,
  value,
  options,
  change,
}: ChoiceFieldProps<Value>) {
  const id = useId();
  return (
    <div class="space-y-1">
      <label for={id} class="block">
        {label}
      </label>
      <select
        id={id}
        class="select w-full"
        value={value}
        onChange={({ currentTarget }) => {
          const chosen = options.find(([each]) => each === currentTarget.value);
          if (chosen !== undefined) change(chosen[0]);
        }}
      >
        {options.map(([each, words]) => (
          <option key={each} value={each}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}
