/** The system's or library's name of a failure (`ENOENT`), empty when it has none. */
export function errorCode(error: unknown): string {
  return textOf(error, 'code');
}

/** `AbortError`, `TimeoutError` and the like, empty for what is no error. */
export function errorName(error: unknown): string {
  return textOf(error, 'name');
}

/** A failure in words; its cause's words when it has one, because `fetch failed` tells nobody anything. */
export function errorMessage(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const cause = 'cause' in error ? textOf(error.cause, 'message') : '';
  const own = textOf(error, 'message');
  return [cause, own, errorCode(error)].find((text) => text !== '') ?? 'unknown failure';
}

// By shape, not by class: errors of another realm are errors too.
function textOf(error: unknown, key: string): string {
  if (typeof error !== 'object' || error === null) return '';
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'string' ? value : '';
}
