/**
 * A person's sign-in, as they showed it. The access token is for the identity provider alone: it has no place where a
 * log, an error or JSON could find it.
 */
export class SignIn {
  readonly userId: string;
  /** The identity provider's name of the session; null where it gives none. */
  readonly sessionId: string | null;
  readonly #accessToken: string;

  constructor(person: { readonly userId: string; readonly sessionId: string | null }, accessToken: string) {
    this.userId = person.userId;
    this.sessionId = person.sessionId;
    this.#accessToken = accessToken;
  }

  revealAccessToken(): string {
    return this.#accessToken;
  }
}
