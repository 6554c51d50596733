import { open } from 'node:fs/promises';
import { z } from 'zod';
import type { LoggedEntry } from '../../domain/activity/logged-entry.js';
import type { JsonObject } from '../../domain/shared/json.js';

const party = z.strictObject({ kind: z.string(), id: z.string() });

const exported = z.strictObject({
  customerId: z.string(),
  seq: z.int(),
  at: z.string(),
  kind: z.string(),
  actor: party,
  subject: party,
  data: z.custom<JsonObject>((data) => typeof data === 'object' && data !== null && !Array.isArray(data)),
  requestId: z.string().nullable(),
  hash: z.string(),
  prevHash: z.string(),
});

/** The entries of an export, line by line; null for a line that is no entry. Lines that are empty are none. */
export async function* readExport(path: string): AsyncGenerator<LoggedEntry | null> {
  await using file = await open(path);
  for await (const line of file.readLines({ autoClose: false })) if (line.trim() !== '') yield entryOf(line);
}

function entryOf(line: string): LoggedEntry | null {
  try {
    return exported.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
