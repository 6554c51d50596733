interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

export const largestPage = 100;

/** The items of a list, page after page, at most about `most` of them. */
export async function everyPage<Item>(
  read: (cursor: { readonly cursor?: string }) => Promise<PageOf<Item>>,
  most = 1_000,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const page: PageOf<Item> = await read(cursor === null ? {} : { cursor });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && items.length < most);
  return items;
}
