import { useEffect } from 'preact/hooks';
import { harmlessLine } from './harmless-pieces.js';

let shown = 'Fieldgate';
let waiting = 0;

function show(): void {
  document.title = waiting === 0 ? shown : `(${waiting}) ${shown}`;
}

/** Names the screen in the window and in the history of the browser. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    shown = `${harmlessLine(title)} · Fieldgate`;
    show();
  }, [title]);
}

/** How much waits for people is seen in a window that nobody looks into. */
export function showWaiting(count: number): void {
  waiting = count;
  show();
}
