import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export const scriptNames = [
  'admit-beat',
  'admit-device',
  'begin-epoch',
  'begin-rebuild',
  'close-connection',
  'drop-command',
  'hold-command',
  'keep-beat',
  'keep-connection',
  'measure-queue',
  'offer-command',
  'put-token',
  'revoke-tokens',
  'take-commands',
  'take-due',
  'watch-command',
] as const;
export type ScriptName = (typeof scriptNames)[number];

export interface LuaScript {
  /** The prelude and the operation. */
  readonly source: string;
  /** By which the server knows a script that it has loaded. */
  readonly sha: string;
  readonly keyCount: number;
}

const folder = new URL('./scripts/', import.meta.url);

/** Reads all scripts from beside this file; throws when one is missing. */
export function readLuaScripts(): Readonly<Record<ScriptName, LuaScript>> {
  const prelude = readFileSync(new URL('prelude.lua', folder), 'utf8');
  const scripts = scriptNames.map((name): [ScriptName, LuaScript] => {
    const operation = readFileSync(new URL(`${name}.lua`, folder), 'utf8');
    const source = `${prelude}\n${operation}`;
    return [
      name,
      { source, sha: createHash('sha1').update(source).digest('hex'), keyCount: keyCount(operation) },
    ];
  });
  return Object.fromEntries(scripts) as Record<ScriptName, LuaScript>;
}

/** The highest n of KEYS[n]. */
const keyCount = (operation: string): number =>
  Math.max(0, ...Array.from(operation.matchAll(/KEYS\[(\d+)\]/g), ([, n]) => Number(n)));
