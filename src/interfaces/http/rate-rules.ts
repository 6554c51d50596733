import type { RateRule } from '../../application/ports/rate-limiter.js';

/** The budgets of the door. Names show up in the RateLimit headers. */
export interface HttpRateRules {
  /** Per signed-in device, heartbeats and claims included. */
  readonly device: RateRule;
  /** Per person. */
  readonly user: RateRule;
  /** Sign-ins and registrations that name one device id and prove nothing. */
  readonly signInPerDevice: RateRule;
  /** Sign-ins of one device with its right secret: those of everybody else leave it alone. */
  readonly provenSignIn: RateRule;
  /** Sign-ins and registrations, of devices and people, from one address. */
  readonly signInPerAddress: RateRule;
}

const minuteMs = 60_000;

/**
 * The budgets, from how many calls a minute each of them allows. A device id whose failed sign-ins are used up stays
 * closed to guesses for two minutes, longer than its window, and twice as long each further time that day, up to an
 * hour; never to the right secret. An address does not: many devices may share one.
 */
export const rateRulesPerMinute = (
  limits: Readonly<Record<Exclude<keyof HttpRateRules, 'provenSignIn'>, number>>,
): HttpRateRules => ({
  device: { name: 'device', points: limits.device, windowMs: minuteMs },
  user: { name: 'user', points: limits.user, windowMs: minuteMs },
  signInPerDevice: {
    name: 'sign-in-device',
    points: limits.signInPerDevice,
    windowMs: minuteMs,
    blockMs: 2 * minuteMs,
    mostBlockMs: 60 * minuteMs,
  },
  provenSignIn: { name: 'sign-in-proven', points: limits.signInPerDevice, windowMs: minuteMs },
  signInPerAddress: { name: 'sign-in-address', points: limits.signInPerAddress, windowMs: minuteMs },
});
