import { useRef } from 'preact/hooks';
import { newKey } from './api-client.js';

/** An idempotency key for what is sent: the same until something in it changes, so that a second try makes no second one. */
export function useKeyOf(): (body: unknown) => string {
  const last = useRef({ key: newKey(), body: '' });
  return (body) => {
    const written = JSON.stringify(body);
    if (last.current.body !== written) last.current = { key: newKey(), body: written };
    return last.current.key;
  };
}
