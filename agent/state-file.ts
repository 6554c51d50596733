import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { errorCode, errorMessage } from './error-words.js';
import { badConfiguration } from './agent-failure.js';
import { writePrivateFile } from './private-file.js';

const deviceState = z.object({
  deviceId: z.string().min(1),
  customerId: z.string().min(1),
  deviceSecret: z.string().min(1),
  /** The gateway's grant-signing keys as it gave them at registration. */
  grantKeys: z.unknown(),
});

/** Who this device is. Losing it means that a person must issue a new activation code. */
export type DeviceState = z.infer<typeof deviceState>;

export function stateFilePath(dataDir: string): string {
  return join(dataDir, 'device.json');
}

/** The saved identity, or null before the first registration. A damaged file is never overwritten. */
export async function readDeviceState(dataDir: string): Promise<DeviceState | null> {
  const path = stateFilePath(dataDir);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw badConfiguration(`Cannot read ${path}: ${errorMessage(error)}`);
  }
  try {
    return deviceState.parse(JSON.parse(text));
  } catch {
    throw badConfiguration(
      `${path} is damaged. Restore it from a backup, or move it away and start again with a new activation code.`,
    );
  }
}

export async function saveDeviceState(dataDir: string, state: DeviceState): Promise<void> {
  await writePrivateFile(stateFilePath(dataDir), `${JSON.stringify(state, null, 2)}\n`);
}
