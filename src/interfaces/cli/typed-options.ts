import { InvalidArgumentError } from 'commander';
import type { ChainLink } from '../../domain/activity/logged-entry.js';

export function uuid(value: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return value.toLowerCase();
  throw new InvalidArgumentError('It is not a UUID.');
}

export function text(max: number): (value: string) => string {
  return (value) => {
    if (value.trim() !== '' && value.length <= max) return value.trim();
    throw new InvalidArgumentError(`It must have 1 to ${String(max)} characters.`);
  };
}

/** A place in a log, as `linkText` writes it. */
export function link(value: string): ChainLink {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/i.exec(value) ?? [];
  if (seq === undefined || hash === undefined)
    throw new InvalidArgumentError('It must be a seq and a hash: 42:9f86d0…, 64 hex characters.');
  return { seq: Number(seq), hash: hash.toLowerCase() };
}

export const linkText = ({ seq, hash }: ChainLink): string => `${seq}:${hash}`;
