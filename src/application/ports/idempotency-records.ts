/** Whose key it is: keys of different people or routes never meet. */
export interface IdempotencyScope {
  readonly customerId: string;
  readonly actorId: string;
  /** The operation, such as `POST /devices/provision`. */
  readonly operation: string;
  readonly key: string;
}

export interface KeptAnswer {
  readonly status: number;
  readonly body: string;
}

export type IdempotencyStart =
  /** Go on. `operationId` is the same for every try with this key: name what you create by it. */
  | { readonly kind: 'first'; readonly operationId: string }
  | { readonly kind: 'replay'; readonly answer: KeptAnswer }
  | { readonly kind: 'mismatch' }
  | { readonly kind: 'in_progress' };

/** The first answer to a request with an idempotency key, kept for 24 hours, unreadable without the gateway's key. */
export interface IdempotencyRecords {
  /**
   * Claims the key for this body. A first try that has not answered for 60 s is taken to have died, and the
   * next one goes on with the same operation id.
   */
  begin(scope: IdempotencyScope, fingerprint: string, operationId: string): Promise<IdempotencyStart>;
  keep(scope: IdempotencyScope, answer: KeptAnswer): Promise<void>;
  /** The first try was refused and changed nothing: the key is free again. */
  free(scope: IdempotencyScope): Promise<void>;
  /** The first try has ended and nobody knows how: the next one goes on at once, with the same operation id. */
  letGo(scope: IdempotencyScope): Promise<void>;
  /** Forgets what is older than 24 hours; returns how many. */
  purge(): Promise<number>;
}
