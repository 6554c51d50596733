import { computed, signal } from '@preact/signals';

/** Where the viewer is: the path and the query of the address. */
const address = signal(location.pathname + location.search);

export const path = computed(() => address.value.split('?')[0] ?? '/');
export const query = computed(() => new URLSearchParams(address.value.split('?')[1] ?? ''));

addEventListener('popstate', () => {
  address.value = location.pathname + location.search;
});

/** To another screen; the reader begins at its top. */
export function goTo(href: string): void {
  if (href === address.value) return;
  history.pushState(null, '', href);
  address.value = href;
  scrollTo(0, 0);
}

/** The same screen under other settings: going back leads to the screen before, not through each of them. */
export function replaceQuery(changes: Readonly<Record<string, string>>): void {
  const next = new URLSearchParams(query.value);
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') next.delete(name);
    else next.set(name, value);
  }
  const href = next.size === 0 ? path.value : `${path.value}?${next.toString()}`;
  history.replaceState(null, '', href);
  address.value = href;
}

/** The parts of the path, decoded: `/devices/rack%201` is `['devices', 'rack 1']`. */
export const steps = computed(() =>
  path.value
    .split('/')
    .filter((step) => step !== '')
    .map((step) => {
      try {
        return decodeURIComponent(step);
      } catch {
        return step;
      }
    }),
);
