import { eventually } from '../support/eventually.js';

type Found<T> = Exclude<T, undefined | null | false>;

/** Repeats a look-up until it finds something; what it does not find is undefined, null or false. */
export async function until<T>(look: () => T | Promise<T>): Promise<Found<T>> {
  const found = await eventually(async () => (await look()) ?? false, { withinMs: 20_000 });
  return found as Found<T>;
}
