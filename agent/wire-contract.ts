import { z } from 'zod';

/** Answers of the gateway's device API. Fields that this agent does not use are ignored, so that they may grow. */

export const registered = z.object({
  deviceId: z.string(),
  customerId: z.string(),
  deviceSecret: z.string().min(1),
  grantKeys: z.unknown(),
  heartbeatIntervalMs: z.number(),
});

export const signedIn = z.object({ token: z.string().min(1), expiresInMs: z.number() });

export const heartbeatAnswer = z.object({
  serverTime: z.string(),
  nextHeartbeatMs: z.number(),
  cancelRequested: z.array(z.string()),
});

export const claimedCommand = z.object({
  id: z.string().min(1),
  type: z.string(),
  parameters: z.unknown(),
  attempt: z.number(),
  claimToken: z.string().min(1),
  visibleForMs: z.number(),
  deliveryClass: z.string(),
  cancelRequested: z.boolean(),
  grant: z.string().nullable().default(null),
});

/** A command in this device's hands. */
export type ClaimedCommand = z.infer<typeof claimedCommand>;

export const claimAnswer = z.object({ commands: z.array(claimedCommand) });

export const extendAnswer = z.object({ visibleForMs: z.number(), cancelRequested: z.boolean() });

export const progressAnswer = z.object({ cancelRequested: z.boolean() });

export const releaseAnswer = z.object({ state: z.string() });

export const resultAnswer = z.object({ state: z.string(), late: z.boolean() });

/** How the gateway's keys led from one to the next; the keys themselves, that anybody could have put there, count for nothing. */
export const publishedKeys = z.object({ successions: z.array(z.string()).default([]) });

export const nothing = z.unknown();

/** What the gateway says over the socket by itself. Other types are ignored: there may be more of them one day. */
export const announcement = z.discriminatedUnion('type', [
  z.object({ type: z.literal('welcome') }),
  z.object({ type: z.literal('command'), command: claimedCommand, attemptId: z.string().min(1) }),
  z.object({ type: z.literal('cancel'), commandId: z.string() }),
  z.object({ type: z.literal('goodbye'), reconnectInMs: z.number().min(0).catch(0) }),
]);

/** Whether the message is of a type that this agent knows. */
export function isAnnounced(message: object): boolean {
  return announcement.options.some(({ shape }) => shape.type.safeParse(Reflect.get(message, 'type')).success);
}

/** A message that was answered with a no. Without an id it is about the connection. */
export const refusedMessage = z.object({
  type: z.literal('error'),
  problem: z.object({
    status: z.number(),
    code: z.string().catch(''),
    detail: z.string().optional(),
    title: z.string().optional(),
  }),
});

export const readyAnswer = z.object({ capacity: z.number() });
