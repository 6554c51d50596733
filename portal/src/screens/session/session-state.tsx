import type { Session } from '../../api/things.js';
import { reasonWords } from '../command/command-words.js';

const looks = {
  active: { word: 'Active', class: 'text-success', mark: '●' },
  closed: { word: 'Closed', class: 'quiet', mark: '○' },
  expired: { word: 'Expired', class: 'quiet', mark: '○' },
} as const;

/** Whether a session is open, and why it is not. */
export function SessionState({ session }: { readonly session: Session }) {
  const { word, class: colour, mark } = looks[session.status];
  return (
    <span class={`inline-flex items-center gap-1.5 whitespace-nowrap font-medium ${colour}`}>
      <span aria-hidden="true" class="w-4 text-center">
        {mark}
      </span>
      {word}
      {session.closeReason !== null && session.closeReason !== 'closed_by_person' && (
        <span class="font-normal">: {reasonWords(session.closeReason)}</span>
      )}
    </span>
  );
}
