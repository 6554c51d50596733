import { generalFaults } from '../../domain/shared/general-faults.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';

/** Where a list goes on: the sort key of the last item that was shown, as opaque text. */
export interface KeysetCursor {
  encode(key: readonly string[]): string;
  /** Throws `invalid_request` unless it is a cursor of this list. */
  decode(cursor: string): readonly string[];
}

/** Cursors of one list. `list` keeps those of different lists apart; `parts` is the length of its sort key. */
export function keysetCursor(list: string, parts: number): KeysetCursor {
  return {
    encode: (key) => Buffer.from(JSON.stringify([list, ...key])).toString('base64url'),
    decode: (cursor) => {
      const [from, ...key] = parsed(cursor);
      if (from !== list || key.length !== parts) throw foreignCursor();
      return key;
    },
  };
}

/** A page out of `limit + 1` rows: the extra one only says that there is more. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  { limit }: PageRequest,
  itemOf: (row: Row) => Item,
  cursorOf: (row: Row) => string,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items: shown.map(itemOf), nextCursor: more ? cursorOf(last) : null };
}

export const foreignCursor = () =>
  generalFaults.invalid_request('The cursor does not belong to this list.', {
    errors: [{ path: 'cursor', message: 'not a cursor of this list' }],
  });

function parsed(cursor: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(value) && value.every((part) => typeof part === 'string')) return value;
  } catch {
    // Refused below, like everything else that is not a cursor.
  }
  throw foreignCursor();
}
