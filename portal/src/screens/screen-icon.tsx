const shapes = {
  devices: 'M4 5h16v6H4zM4 13h16v6H4zM7 8h.01M7 16h.01',
  approvals: 'M12 3l7 3v5c0 4.4-2.8 8-7 10-4.2-2-7-5.6-7-10V6zM9 12l2 2 4-4.5',
  sessions: 'M4 5h16v11h-9l-4 4v-4H4zM8 9.5h8M8 12.5h5',
  activity: 'M5 6h.01M5 12h.01M5 18h.01M9 6h11M9 12h11M9 18h7',
  settings: 'M4 7h9M19 7h1M4 17h1M11 17h9M16 4.5v5M8 14.5v5',
} as const;

/** What a screen is found by where there is little room for words. */
export function ScreenIcon({ of }: { readonly of: keyof typeof shapes }) {
  return (
    <svg
      viewBox="0 0 24 24"
      class="size-5"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
    >
      <path d={shapes[of]} />
    </svg>
  );
}
