/** A JSON string, and the colon after it when it names a member. */
const strings = /"(?:[^"\\]|\\.)*"\s*(:)?/g;

/**
 * Whether some object in the JSON text names a member twice. `value` is what `JSON.parse` made of the text:
 * it keeps the last of each name, so that it has fewer members than were written.
 */
export function hasRepeatedMembers(text: string, value: object): boolean {
  let written = 0;
  for (const [, colon] of text.matchAll(strings)) written += colon === undefined ? 0 : 1;
  return written !== countMembers(value);
}

function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const children: readonly unknown[] = Object.values(value);
  const own = Array.isArray(value) ? 0 : children.length;
  return children.reduce<number>((sum, child) => sum + countMembers(child), own);
}
