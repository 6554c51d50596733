import { HarmlessText } from './harmless-text.js';

interface LabelChipProps {
  readonly label: string;
  /** What choosing it does. */
  readonly title: string;
  readonly choose: () => void;
}

/** A label of a device, and the way to those that share it. */
export function LabelChip({ label, title, choose }: LabelChipProps) {
  return (
    <button
      type="button"
      class="badge badge-ghost max-w-full h-6 hover:border-primary"
      title={title}
      onClick={choose}
    >
      <span class="truncate">
        <HarmlessText text={label} />
      </span>
    </button>
  );
}
