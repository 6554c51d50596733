/**
 * Something may have changed. A signal names it and carries nothing of it: whoever hears one looks for themselves, so
 * that a signal which was lost, doubled or made up by somebody else costs a look and nothing more.
 */
export type LiveSignal =
  /** The log of the customer has grown. */
  | { readonly kind: 'activity'; readonly customerId: string }
  /** A device of the customer was heard of. */
  | { readonly kind: 'beat'; readonly customerId: string; readonly deviceId: string }
  /** A command of the customer came further. */
  | {
      readonly kind: 'progress';
      readonly customerId: string;
      readonly deviceId: string;
      readonly sessionId: string | null;
      readonly commandId: string;
    }
  /** The device's sign-in, its connection, or what is asked of the commands in its hands. */
  | { readonly kind: 'device'; readonly deviceId: string }
  /** The person signed out somewhere. */
  | { readonly kind: 'person'; readonly userId: string };

/** Whom signals are about, and so who hears them: each kind names one of the three first of all. */
export type Audience =
  { readonly customerId: string } | { readonly deviceId: string } | { readonly userId: string };

/** Who hears the signal: whom its kind names first of all. */
export function audienceOf(signal: LiveSignal): Audience {
  switch (signal.kind) {
    case 'activity':
    case 'beat':
    case 'progress':
      return { customerId: signal.customerId };
    case 'device':
      return { deviceId: signal.deviceId };
    case 'person':
      return { userId: signal.userId };
  }
}

/** The id in it, which alone does not tell a customer from a device. */
export function idOf(audience: Audience): string {
  if ('customerId' in audience) return audience.customerId;
  return 'deviceId' in audience ? audience.deviceId : audience.userId;
}

/**
 * Signals to every instance. Losing one costs time, never an event, so whoever depends on them looks again by
 * themselves now and then.
 */
export interface LiveBus {
  /**
   * Tells whoever listens, on this instance and on the others; those of this one before it returns. Never rejects: a
   * signal may be lost. Of equal signals that are told while one of them is on its way, one more is sent. Those of
   * devices that were heard of may wait for each other, a tenth of a second at most.
   */
  tell(signal: LiveSignal): Promise<void>;
  /**
   * `hear` is called for every signal to the audience from now on, at any moment and never within this call, until what
   * is returned is called. What it throws is nobody's business but its own.
   */
  listen(audience: Audience, hear: (signal: LiveSignal) => void): () => void;
}
