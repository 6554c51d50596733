/** What the doors need to serve the portal. */
export interface PortalOptions {
  /** Where the built portal lies; null where it was not built: the gateway works without it. */
  readonly folder: string | null;
  /** Where people sign in; null: at this server's own local identity. */
  readonly identityUrl: string | null;
  /** The key that the identity gives to browsers, which opens nothing by itself; null where it needs none. */
  readonly publishableKey: string | null;
}
