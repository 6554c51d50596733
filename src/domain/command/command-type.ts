import type { JsonObject } from '../shared/json.js';

export const risks = ['read', 'change', 'destructive'] as const;
/** `read` looks, `change` alters and can be undone, `destructive` can not. */
export type Risk = (typeof risks)[number];

/** What a lapsed lease means: `at_least_once` offers again, `at_most_once` leaves it to a person. */
export type DeliveryClass = 'at_least_once' | 'at_most_once';

/** An entry of the catalogue. */
export interface CommandType {
  readonly type: string;
  /** Rises when the meaning of the parameters changes; part of what is approved. */
  readonly version: number;
  readonly title: string;
  readonly description: string;
  readonly risk: Risk;
  readonly deliveryClass: DeliveryClass;
  readonly defaults: {
    readonly expiresInMs: number;
    readonly visibilityTimeoutMs: number;
    readonly maxAttempts: number;
  };
  /** JSON Schema (2020-12) of the parameters: strict, so that an unknown member is refused. */
  readonly parametersSchema: JsonObject;
}

export const priorityRange = { min: -1000, max: 1000, default: 0 } as const;
export const expiresInRange = { minMs: 60_000, maxMs: 1_209_600_000 } as const;
/** Characters of a lane's name or of a dedupe key. */
export const maxKeyLength = 128;
export const maxAttemptsRange = { min: 1, max: 100 } as const;
