import type { StandingGrant } from '../../api/things.js';

type State = StandingGrant['state'];

/** How a standing grant stands, and what that means. */
export const stateWords: Readonly<Record<State, { readonly word: string; readonly class: string }>> = {
  awaiting_approval: { word: 'Waits for approval', class: 'text-warning' },
  active: { word: 'In force', class: 'text-success' },
  rejected: { word: 'Denied', class: 'quiet' },
  revoked: { word: 'Revoked', class: 'quiet' },
  expired: { word: 'Ran out', class: 'quiet' },
  used_up: { word: 'Used up', class: 'quiet' },
};

/** While it does, or may yet, let something run. */
export const mayBeRevoked = (state: State): boolean => state === 'awaiting_approval' || state === 'active';

export const devicesWords = (devices: StandingGrant['devices']): string =>
  'label' in devices ? `every device labelled ${devices.label}` : devices.ids.join(', ');

/** The devices as the API takes them. `by`: whether a label was typed, or ids with commas between them. */
export function devicesNamed(by: 'label' | 'ids', typed: string): StandingGrant['devices'] {
  if (by === 'label') return { label: typed.trim() };
  const ids = typed
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  return { ids: [...new Set(ids)] };
}
