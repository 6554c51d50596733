/** One page of a list, in keyset order. `nextCursor` is opaque, and null on the last page. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** Which page is wanted. `limit` is 1 to 100. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor: string | null;
}
