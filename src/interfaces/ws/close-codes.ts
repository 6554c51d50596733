import type { Fault } from '../../domain/shared/fault.js';

/** Why a connection ends. Below 4000 as RFC 6455, section 7.4.1 and the IANA registry have them; above are our own. */
export const closeCodes = {
  /** This instance stops: connect again, to another one. */
  goingAway: 1001,
  /** A frame that makes no sense, or too many of them. */
  policy: 1008,
  tooBig: 1009,
  internal: 1011,
  /** Something the gateway depends on is away, or there are too many already. */
  tryLater: 1013,
  /** Not signed in, or not any more. */
  unauthenticated: 4401,
  forbidden: 4403,
  /** It did not take what it was sent. */
  slowConsumer: 4408,
  /** The same device has connected anew. */
  replaced: 4409,
} as const;

export type CloseCode = (typeof closeCodes)[keyof typeof closeCodes];

/** The close code of a fault that ends the connection. */
export function closeCodeOf({ kind, code }: Pick<Fault, 'kind' | 'code'>): CloseCode {
  if (code === 'internal') return closeCodes.internal;
  switch (kind) {
    case 'unauthenticated':
      return closeCodes.unauthenticated;
    case 'forbidden':
    case 'not_found':
      return closeCodes.forbidden;
    case 'unavailable':
    case 'too_many':
      return closeCodes.tryLater;
    case 'invalid':
    case 'conflict':
    case 'gone':
    case 'precondition':
      return closeCodes.policy;
  }
}
