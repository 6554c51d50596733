import { createHash } from 'node:crypto';

/**
 * A command's trace has the id of the command: a UUIDv7 has the 128 bits of a W3C trace id, and its last 62 are
 * random, which is what samplers go by. So every gateway finds the trace of every command, and nobody stores it.
 */
export const traceIdOfCommand = (commandId: string): string => commandId.replaceAll('-', '').toLowerCase();

/** The span of the whole command. It is told last, and known to its children from the beginning. */
export const spanIdOfCommand = (commandId: string): string => spanIdFrom(commandId);

/** A claim that lapsed and came back is told as a span for each of its two lives, hence the lapses. */
export const spanIdOfAttempt = ({ id, attempt, lapses }: AttemptName): string =>
  spanIdFrom(`${id}/${String(attempt)}/${String(lapses)}`);

interface AttemptName {
  readonly id: string;
  readonly attempt: number;
  readonly lapses: number;
}

const spanIdFrom = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 16);
