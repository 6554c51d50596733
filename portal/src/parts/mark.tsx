/** The mark of Fieldgate, as in the icon of the window. */
export function Mark({ class: size = 'size-6' }: { readonly class?: string }) {
  return (
    <svg viewBox="0 0 32 32" class={size} aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#0f5c5c" />
      <path
        d="M8 8v16M24 8v16M8 13h16M8 20h16"
        stroke="#fff"
        stroke-width="2.6"
        stroke-linecap="round"
        fill="none"
      />
      <circle cx="16" cy="16.5" r="3.2" fill="#f2b84b" />
    </svg>
  );
}
