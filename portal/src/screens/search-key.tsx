import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { goTo, path } from '../place/place.js';

const remembered = 'fieldgate-search-key';
const isOn = signal(localStorage.getItem(remembered) !== 'off');
/** The key was pressed where there was nothing to search: the list of devices takes it up. */
const isWanted = signal(false);

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

const focusSearch = (): boolean => {
  const field = document.querySelector<HTMLInputElement>('input[type=search]');
  field?.focus();
  field?.select();
  return field !== null;
};

/** `/` leads to the search for devices, from wherever one is. */
export function useSearchKey(): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key !== '/' || !isOn.value || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target) || document.querySelector('dialog[open]') !== null) return;
      event.preventDefault();
      if (focusSearch()) return;
      isWanted.value = true;
      goTo('/devices');
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
  useEffect(() => {
    if (isWanted.value && focusSearch()) isWanted.value = false;
  }, [path.value, isWanted.value]);
}

/** A key that acts by itself has to be one that can be switched off: who dictates says it without meaning it. */
export function SearchKeyChoice() {
  return (
    <label class="flex items-center justify-between gap-2">
      <span>
        <kbd class="kbd kbd-sm">/</kbd> searches devices
      </span>
      <input
        type="checkbox"
        class="toggle toggle-sm"
        checked={isOn.value}
        onChange={({ currentTarget: { checked } }) => {
          isOn.value = checked;
          localStorage.setItem(remembered, checked ? 'on' : 'off');
        }}
      />
    </label>
  );
}
