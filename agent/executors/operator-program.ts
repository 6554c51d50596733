import { stat } from 'node:fs/promises';
import { notAllowed, toolMissing } from '../outcome.js';
import type { Outcome } from '../outcome.js';

const othersMayWrite = 0o022;

/**
 * Why a program that the operator listed must not be run, or null. Whoever can write it decides what it does, and
 * that must be the operator alone.
 */
export async function whyUnsafe(path: string): Promise<Outcome | null> {
  const found = await stat(path).catch(() => null);
  if (found?.isFile() !== true) return toolMissing(`The listed program ${path} does not exist.`);
  if ((found.mode & othersMayWrite) !== 0) {
    return notAllowed(`The program ${path} can be changed by others than its owner.`);
  }
  return null;
}
