import type { z } from 'zod';

/** What a signed-in device says to its gateway, over a socket or by HTTP. The types are those of the socket. */
export interface DeviceCall<Answer> {
  readonly type: 'heartbeat' | 'claim' | 'extend' | 'progress' | 'release' | 'result';
  /** The command that it is about; a heartbeat and a claim are about none. */
  readonly commandId?: string;
  /** Made anew for every try. */
  readonly body: () => object;
  readonly answer: z.ZodType<Answer>;
  readonly timeoutMs?: number | undefined;
  readonly signal: AbortSignal;
}

/** How long the gateway may take, unless a call says otherwise. */
export const usualAnswerMs = 15_000;

/** Below `/api/v1/device`. */
export function pathOf({ type, commandId }: Pick<DeviceCall<unknown>, 'type' | 'commandId'>): string {
  if (commandId !== undefined) return `/commands/${encodeURIComponent(commandId)}/${type}`;
  return type === 'claim' ? '/commands/claim' : `/${type}`;
}

/** The same call as a message: the body, and the id that would stand in the path. */
export function messageOf(
  { type, commandId }: Pick<DeviceCall<unknown>, 'type' | 'commandId'>,
  body: object,
): SocketMessage {
  return { ...body, ...(commandId === undefined ? {} : { commandId }), type };
}

export type SocketMessage = Readonly<Record<string, unknown>> & { readonly type: string };
