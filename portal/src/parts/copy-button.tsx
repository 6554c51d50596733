import { useSignal } from '@preact/signals';

interface CopyButtonProps {
  readonly text: string;
  readonly what: string;
  /** Beside a line of text. */
  readonly isSmall?: boolean;
}

/** Copies a text. Without TLS browsers hide the clipboard: then it is said what else can be done. */
export function CopyButton({ text, what, isSmall = false }: CopyButtonProps) {
  const said = useSignal('');
  const copy = async (): Promise<void> => {
    const isDone = await written(text);
    said.value = isDone ? 'Copied' : 'Click the text and copy it by hand';
    setTimeout(() => {
      said.value = '';
    }, 3_000);
  };
  return (
    <span class="inline-flex items-center gap-2">
      <button
        type="button"
        class={isSmall ? 'btn btn-ghost btn-xs min-h-6 min-w-16' : 'btn btn-sm min-w-20'}
        onClick={() => void copy()}
        aria-label={`Copy ${what}`}
      >
        {said.value === 'Copied' ? 'Copied' : 'Copy'}
      </button>
      <span role="status" class={said.value === 'Copied' ? 'sr-only' : 'text-sm'}>
        {said.value}
      </span>
    </span>
  );
}

async function written(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
