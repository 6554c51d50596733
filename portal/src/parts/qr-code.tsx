import { encode } from 'uqr';

/** A text for the camera of a phone or a device. Dark on light in both themes: many readers know no other. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const { data, size } = encode(text, { border: 2 });
  const path = data
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${String(x)} ${String(y)}h1v1h-1z` : '')))
    .join('');
  return (
    <svg
      viewBox={`0 0 ${String(size)} ${String(size)}`}
      role="img"
      aria-label={label}
      class="size-44 rounded bg-white"
    >
      <path d={path} fill="#000" shape-rendering="crispEdges" />
    </svg>
  );
}
