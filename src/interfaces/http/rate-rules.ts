import type { RateRule } from '../../application/ports/rate-limiter.js';

/** The budgets of the door. Names show up in the RateLimit headers. */
export interface HttpRateRules {
  /** Per signed-in device, heartbeats and claims included. */
  readonly device: RateRule;
  /** Per person. */
  readonly user: RateRule;
  /** Sign-ins and registrations that name one device id. */
  readonly signInPerDevice: RateRule;
  /** Sign-ins and registrations, of devices and people, from one address. */
  readonly signInPerAddress: RateRule;
}

const minuteMs = 60_000;

/**
 * The budgets, from how many calls a minute each of them allows. A device id whose sign-ins are used up stays
 * closed for two minutes, longer than its window. An address does not: many devices may share one.
 */
export const rateRulesPerMinute = (limits: Readonly<Record<keyof HttpRateRules, number>>): HttpRateRules => ({
  device: { name: 'device', points: limits.device, windowMs: minuteMs },
  user: { name: 'user', points: limits.user, windowMs: minuteMs },
  signInPerDevice: {
    name: 'sign-in-device',
    points: limits.signInPerDevice,
    windowMs: minuteMs,
    blockMs: 2 * minuteMs,
  },
  signInPerAddress: { name: 'sign-in-address', points: limits.signInPerAddress, windowMs: minuteMs },
});
