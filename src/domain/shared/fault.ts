import type { JsonObject } from './json.js';

/** What sort of refusal a fault is. Doors map it to a status or a close code; nobody else does. */
export type FaultKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'gone'
  | 'precondition'
  | 'too_many'
  | 'unavailable';

export interface FaultDefinition {
  readonly kind: FaultKind;
  /** One short sentence, the same for every occurrence of the code. */
  readonly title: string;
}

export interface FaultExtras {
  /** Typed facts that the caller may see, beside `detail`. */
  readonly details?: JsonObject;
  /** Where the input was wrong, as paths into the request body. */
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  /** How long the caller should wait before it tries again, in milliseconds. */
  readonly retryAfterMs?: number;
  /** What really happened. For the log only: it is never sent. */
  readonly cause?: unknown;
}

/** A refusal. `message` and `details` are safe to show to whoever asked; `cause` is not. */
export class Fault extends Error {
  readonly code: string;
  readonly kind: FaultKind;
  readonly title: string;
  readonly details: JsonObject;
  readonly errors: FaultExtras['errors'];
  readonly retryAfterMs: number | undefined;

  constructor(code: string, definition: FaultDefinition, detail: string, extras: FaultExtras = {}) {
    super(detail, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.name = 'Fault';
    this.code = code;
    this.kind = definition.kind;
    this.title = definition.title;
    this.details = extras.details ?? {};
    this.errors = extras.errors;
    this.retryAfterMs = extras.retryAfterMs;
  }
}

export type FaultFactory = (detail?: string, extras?: FaultExtras) => Fault;

export type FaultFactories<Code extends string> = Readonly<Record<Code, FaultFactory>>;

/** Makes one factory per code: `commandFaults.queue_full('…', { details })`. */
export function defineFaults<Code extends string>(
  definitions: Readonly<Record<Code, FaultDefinition>>,
): FaultFactories<Code> {
  const factories = {} as Record<Code, FaultFactory>;
  for (const code of Object.keys(definitions) as Code[]) {
    const definition = definitions[code];
    factories[code] = (detail = definition.title, extras) => new Fault(code, definition, detail, extras);
  }
  return factories;
}

export const isUnavailable = (error: unknown): boolean =>
  error instanceof Fault && error.kind === 'unavailable';

/** For work that somebody else makes good when a dependency is away. Anything else is a mistake, and thrown. */
export function ignoreUnavailable(error: unknown): void {
  if (!isUnavailable(error)) throw error;
}
