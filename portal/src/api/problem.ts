/** A refusal as the gateway words it (RFC 9457), or one of our own where no answer came. */
export interface ProblemBody {
  readonly title: string;
  readonly detail?: string | undefined;
  readonly code: string;
  readonly status: number;
  readonly requestId: string | null;
  /** How long the gateway asks to be left alone. */
  readonly retryAfterMs?: number | undefined;
  readonly errors?: readonly { readonly path: string; readonly message: string }[] | undefined;
}

/** Thrown for every call that was not served. `code` is the stable name; `requestId` is what support asks for. */
export class Problem extends Error {
  readonly body: ProblemBody;

  constructor(body: ProblemBody) {
    super(body.detail ?? body.title);
    this.name = 'Problem';
    this.body = body;
  }

  get code(): string {
    return this.body.code;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/**
 * What an answer says of why it is no success. A proxy in between may answer in words of its own. `retryAfter`: its
 * header of that name, in seconds.
 */
export function problemOf(
  status: number,
  body: unknown,
  requestId: string | null,
  retryAfter: string | null = null,
): Problem {
  const said = isRecord(body) ? body : {};
  const text = (name: string): string | undefined => {
    const value = said[name];
    return typeof value === 'string' ? value : undefined;
  };
  const errors = Array.isArray(said['errors'])
    ? said['errors']
        .filter(isRecord)
        .map(({ path, message }) => ({ path: String(path), message: String(message) }))
    : undefined;
  return new Problem({
    title: text('title') ?? 'The gateway could not answer',
    detail: text('detail'),
    code: text('code') ?? (status >= 500 ? 'dependency_unavailable' : 'unexpected_answer'),
    status,
    requestId: text('requestId') ?? requestId,
    retryAfterMs: retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1_000 : undefined,
    errors,
  });
}

/** No answer at all: the network, the address or the gateway is away. */
export const unreachable = (): Problem =>
  new Problem({
    title: 'The gateway cannot be reached',
    code: 'unreachable',
    status: 0,
    requestId: null,
  });

/** Something was asked to be done, and no answer came: it may have been done by now. */
export const unanswered = (): Problem =>
  new Problem({
    title: 'No answer came',
    code: 'unanswered',
    status: 0,
    requestId: null,
  });

/** Anything that was thrown, as a problem. */
export const asProblem = (error: unknown): Problem =>
  error instanceof Problem
    ? error
    : new Problem({
        title: 'Something in this page went wrong',
        code: 'portal_error',
        status: 0,
        requestId: null,
      });

/** Trouble that is likely to be gone in a while, whatever was asked. */
export const isPassing = ({ body: { status, code } }: Problem): boolean =>
  code === 'unreachable' || status === 429 || status === 502 || status === 503 || status === 504;

/** What to do next, by the code of the problem. */
const advice: Readonly<Record<string, string>> = {
  unreachable: 'Check your network.',
  unanswered:
    'Nobody knows yet whether it was done. Wait until the portal is live and look, or do the same again from here: it counts once.',
  dependency_unavailable: 'Nothing was lost. Try again in a few seconds.',
  rate_limited: 'You asked often in a short time. Wait a minute, then try again.',
  unauthenticated: 'Your sign-in has ended. Sign in again.',
  forbidden: 'Your role does not allow this. Ask an admin of this customer.',
  not_a_member: 'Ask an admin of this customer to add you as a member.',
  customer_required: 'Choose the customer that you work for.',
  not_found: 'It may have been removed, or it belongs to another customer. Go back to the list.',
  device_exists: 'Choose another id, or leave the id empty and one is made up.',
  device_not_active:
    'Only an active device takes commands. Resume it first, or wait until its agent has registered.',
  device_state_conflict: 'The device is in another state by now. Reload the page to see it.',
  queue_full: 'Let the device finish some commands, or cancel those that are not needed.',
  invalid_parameters: 'Correct the marked fields.',
  invalid_request: 'Correct what is marked and send it again.',
  self_approval: 'The policy asks for somebody else. Ask another approver.',
  mfa_required: 'Set up an authenticator app in your account, then decide again.',
  reason_required: 'The policy wants a reason. Write one, then decide again.',
  digest_mismatch: 'What you saw is not what waits. Reload the page and look again.',
  already_decided: 'Somebody was faster. Reload the page to see the decision.',
  approval_expired: 'The time to decide is over. Propose the command again.',
  standing_grant_ended: 'Ask for another one.',
  self_review: 'Ask another admin to review it.',
  review_closed: 'Somebody was faster. Reload the page to see what they said.',
  human_required: 'Only a person may do this: sign in as one.',
  last_admin: 'Make somebody else an admin first.',
  member_exists: 'Find them in the list of members, and change their role there.',
  person_unknown: 'Check the address, or have them sign up first; then add them again.',
  person_not_searchable: 'Ask them for their user id, and add them by that.',
  policy_changed: 'Look at what is in force now, then change that.',
  verification_unfinished: 'Export the log and verify the file: that takes the time it needs.',
  idempotency_in_progress: 'The same request is still running. Wait a moment.',
  session_active: 'Use the session that is open on this device, or close it first.',
  session_not_active: 'The session is over. Open another one on its device.',
  invalid_credentials: 'Type both once more.',
  mfa_verification_failed: 'Take the next code that your app shows.',
  mfa_challenge_expired: 'Take the next code that your app shows.',
  mfa_factor_name_conflict: 'Choose another name.',
  too_many_enrolled_mfa_factors: 'Remove one first.',
  insufficient_aal: 'Sign out, sign in again with your second factor, then repeat this.',
  weak_password: 'Choose another one.',
  same_password: 'Choose another one.',
  over_request_rate_limit: 'Wait some minutes, then try again.',
  email_not_confirmed: 'Follow the link in the letter that was sent to you, then sign in.',
  portal_error: 'Reload the page. If it happens again, tell your administrator.',
};

export const adviceFor = ({ body }: Problem): string =>
  advice[body.code] ??
  (body.status >= 500 ? 'Try again in a few seconds.' : 'Reload the page and try again.');
