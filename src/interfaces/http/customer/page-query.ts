import { z } from 'zod';
import type { Page, PageRequest } from '../../../domain/shared/page.js';
import { text } from '../text-fields.js';
import { wholeNumber } from '../whole-number.js';

/** Which page of a list is wanted. */
export const pageQuery = z.strictObject({
  limit: wholeNumber(1, 100).default(50),
  cursor: text(1_024).min(1).optional().describe('`nextCursor` of the page before.'),
});

export const pageOf = ({ limit, cursor }: z.output<typeof pageQuery>): PageRequest => ({
  limit,
  cursor: cursor ?? null,
});

export const pageSchema = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({
    items: z.array(item),
    nextCursor: z.string().nullable().describe('Null on the last page.'),
  });

export const presentPage = <Item, Shown>({ items, nextCursor }: Page<Item>, show: (item: Item) => Shown) => ({
  items: items.map(show),
  nextCursor,
});
