import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a demo device lets itself be asked to restart: a program that says that it did, and harms nothing. */
export async function writeKiosk(folder: string): Promise<string> {
  const program = join(folder, 'restart-kiosk.mjs');
  const lines = [
    `#!${process.execPath}`,
    `console.log('kiosk stopped');`,
    `console.log('kiosk started at ' + new Date().toISOString());`,
  ];
  await writeFile(program, `${lines.join('\n')}\n`);
  await chmod(program, 0o755);
  return program;
}
