/** What a host header may hold that goes into a header of our own. */
const plainHost = /^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:]+\](:\d{1,5})?$/;

/**
 * The content security policy of the portal's page: everything comes from this server, and it speaks to this server
 * and to the identity alone. `'self'` covers sockets in newer browsers only, so that they are named beside it.
 */
export function pagePolicy(host: string, identityUrl: string | null): string {
  const sockets = plainHost.test(host) ? [`ws://${host}`, `wss://${host}`] : [];
  const identity = identityUrl === null ? [] : [new URL(identityUrl).origin];
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    ["connect-src 'self'", ...sockets, ...identity].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
