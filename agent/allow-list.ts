import { readFile } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { errorMessage } from './error-words.js';
import { badConfiguration } from './agent-failure.js';

const absolutePath = z.string().max(4096).refine(isAbsolute, 'must be an absolute path');

const allowList = z.strictObject({
  /** systemd units that `restart_service` may restart, exactly as the command will name them. */
  services: z.array(z.string().min(1)).default([]),
  /** Services that systemd does not look after: by name, the program that restarts them. */
  restartPrograms: z.record(z.string().min(1), absolutePath).default({}),
  reboot: z.boolean().default(false),
  flushDnsCache: z.boolean().default(false),
  renewDhcpLease: z.boolean().default(false),
  scripts: z
    .record(
      z.string().min(1),
      z.strictObject({
        path: absolutePath,
        /** Whether a command may pass arguments. They reach the script as they are, never a shell. */
        args: z.boolean().default(false),
        timeLimitMs: z.int().min(1000).max(3_600_000).default(600_000),
      }),
    )
    .default({}),
  /** Files that `log_tail` may read. */
  logFiles: z.array(absolutePath).default([]),
  /** systemd units whose journal `log_tail` may read. */
  logUnits: z.array(z.string().min(1)).default([]),
});

/**
 * What the operator of this device permits beyond looking. The gateway cannot widen it, and its default is
 * nothing: logs included, because a log may hold what its reader should not know.
 */
export type AllowList = z.infer<typeof allowList>;

export const nothingAllowed: AllowList = allowList.parse({});

export function parseAllowList(value: unknown): AllowList {
  return allowList.parse(value);
}

/** Reads the operator's file; every problem in it is named in one bad-configuration failure. */
export async function readAllowList(path: string): Promise<AllowList> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw badConfiguration(`Cannot read ${path}: ${errorMessage(error)}`);
  }
  const parsed = allowList.safeParse(value);
  if (parsed.success) return parsed.data;
  throw badConfiguration(`${path} is not a valid allow-list:\n${z.prettifyError(parsed.error)}`);
}
