import { useEffect } from 'preact/hooks';
import { harmlessLine } from './harmless-pieces.js';

/** Names the screen in the window and in the history of the browser. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${harmlessLine(title)} · Fieldgate`;
  }, [title]);
}
