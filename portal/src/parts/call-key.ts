import { useRef } from 'preact/hooks';
import { newKey } from '../api/api-client.js';

export interface CallKey {
  /** The same for the same body: a second try after a lost answer is the same call, and adds nothing. */
  for(body: object): string;
  /** It was answered: the same body from now on is another call. */
  answered(): void;
}

/** The idempotency key of a form that creates something. */
export function useCallKey(): CallKey {
  const held = useRef({ key: newKey(), body: '' });
  return {
    for: (body) => {
      const written = JSON.stringify(body);
      if (held.current.body !== written) held.current = { key: newKey(), body: written };
      return held.current.key;
    },
    answered: () => {
      held.current = { key: newKey(), body: '' };
    },
  };
}
