import type { z } from 'zod';

/** What a signed-in device says to its gateway, over a socket or by HTTP. The types are those of the socket. */
export interface DeviceCall<Answer> {
  readonly type: 'heartbeat' | 'claim' | 'extend' | 'progress' | 'release' | 'result';
  /** What it is about; a heartbeat and a claim are about none. */
  readonly claim?: NamedClaim;
  /** All but the claim. Made anew for every try. */
  readonly body: () => object;
  readonly answer: z.ZodType<Answer>;
  readonly timeoutMs?: number | undefined;
  readonly signal: AbortSignal;
}

/** How long the gateway may take, unless a call says otherwise. */
export const usualAnswerMs = 15_000;

/** A command in this device's hands, under the token of one claim. */
export interface NamedClaim {
  readonly id: string;
  readonly claimToken: string;
}

type Said = Pick<DeviceCall<unknown>, 'type' | 'claim' | 'body'>;

/** The call as a request; the path is below `/api/v1/device`. */
export function requestOf({ type, claim, body }: Said): { path: string; body: object } {
  if (claim === undefined) return { path: type === 'claim' ? '/commands/claim' : `/${type}`, body: body() };
  const { id, claimToken } = claim;
  return { path: `/commands/${encodeURIComponent(id)}/${type}`, body: { claimToken, ...body() } };
}

/** The same call as a message: what would stand in the path stands in the message. */
export function messageOf({ type, claim, body }: Said): SocketMessage {
  const named = claim === undefined ? {} : { commandId: claim.id, claimToken: claim.claimToken };
  return { ...body(), ...named, type };
}

export type SocketMessage = Readonly<Record<string, unknown>> & { readonly type: string };
