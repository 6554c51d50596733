import { computed, signal } from '@preact/signals';

const remembered = 'fieldgate-theme';
const themes = [
  ['', 'As the system'],
  ['day', 'Light'],
  ['night', 'Dark'],
] as const;
type Theme = (typeof themes)[number][0];

const isTheme = (value: string): value is Theme => themes.some(([theme]) => theme === value);
const stored = localStorage.getItem(remembered) ?? '';

/** Empty: as the system has it. */
export const theme = signal<Theme>(isTheme(stored) ? stored : '');
show(theme.value);

const systemDark = matchMedia('(prefers-color-scheme: dark)');
const isSystemDark = signal(systemDark.matches);
systemDark.addEventListener('change', ({ matches }) => {
  isSystemDark.value = matches;
});
/** What is seen in the end, for what is drawn and not styled. */
export const isDark = computed(() => (theme.value === '' ? isSystemDark.value : theme.value === 'night'));

function show(chosen: Theme): void {
  if (chosen === '') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = chosen;
}

export function ThemeChoice() {
  return (
    <label class="flex items-center justify-between gap-2">
      <span>Appearance</span>
      <select
        class="select select-sm w-36"
        value={theme.value}
        onChange={({ currentTarget: { value } }) => {
          if (!isTheme(value)) return;
          theme.value = value;
          localStorage.setItem(remembered, value);
          show(value);
        }}
      >
        {themes.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
