import { InvalidArgumentError } from 'commander';
import type { z } from 'zod';
import type { ChainLink } from '../../domain/activity/logged-entry.js';
import { labels as labelsShape, line as lineShape } from '../http/text-fields.js';

export function uuid(value: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return value.toLowerCase();
  throw new InvalidArgumentError('It is not a UUID.');
}

/** One line to be shown, by the rule that holds for people who come over HTTP. */
export const line = (max: number): ((value: string) => string) => by(lineShape(max));

/** `--label a b`, or `--label a --label b`: each comes with those before it. */
export const label = (value: string, before: readonly string[] = []): readonly string[] =>
  by(labelsShape)([...before, value]);

/** A place in a log, as `linkText` writes it. */
export function link(value: string): ChainLink {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/i.exec(value) ?? [];
  if (seq === undefined || hash === undefined)
    throw new InvalidArgumentError('It must be a seq and a hash: 42:9f86d0…, 64 hex characters.');
  return { seq: Number(seq), hash: hash.toLowerCase() };
}

export const linkText = ({ seq, hash }: ChainLink): string => `${seq}:${hash}`;

function by<Shape extends z.ZodType>(shape: Shape): (value: z.input<Shape>) => z.output<Shape> {
  return (value) => {
    const { data, error } = shape.safeParse(value);
    if (error === undefined) return data;
    throw new InvalidArgumentError(`${error.issues.map(({ message }) => message).join('; ')}.`);
  };
}
