import type { Principal } from '../customer/principal.js';
import { requireAccess } from '../customer/access-policy.js';
import { approvalFaults } from './approval-faults.js';
import { hasSecondFactor } from './vote.js';

export const minBreakGlassReason = 10;
export const reviewVerdicts = ['justified', 'unjustified'] as const;
export type ReviewVerdict = (typeof reviewVerdicts)[number];

interface Named {
  readonly id: string;
  readonly name: string;
}

/** What another admin said of it. */
export interface ReviewClosing {
  readonly verdict: ReviewVerdict;
  readonly note: string;
  readonly by: Named;
  readonly at: string;
}

/** Somebody broke the glass: one command ran without anybody's approval, and has to be answered for. */
export interface BreakGlassReview {
  readonly commandId: string;
  readonly customerId: string;
  readonly deviceId: string;
  readonly type: string;
  readonly reason: string;
  readonly brokenBy: Named;
  readonly openedAt: Date;
  /** Null while it is open. */
  readonly closing: ReviewClosing | null;
}

type Person = Extract<Principal, { kind: 'member' }>;

/** Who may break the glass: an admin, a person, with a second factor that was used within five minutes. */
export function requireGlassBreaker(person: Person, now: Date): void {
  requireAccess(person, 'breakGlass');
  // As before something destructive, whatever the command is.
  if (!hasSecondFactor('destructive', person, now)) {
    throw approvalFaults.mfa_required('This needs a second factor, used within the last five minutes.');
  }
}

/** The review with its end, which comes once; the same one when this reviewer has said the same already. */
export function closeReview(
  review: BreakGlassReview,
  { verdict, note }: Pick<ReviewClosing, 'verdict' | 'note'>,
  reviewer: Person,
  adminCount: number,
  now: Date,
): BreakGlassReview {
  requireAccess(reviewer, 'reviewBreakGlass');
  const { closing } = review;
  if (closing?.by.id === reviewer.id && closing.verdict === verdict && closing.note === note) return review;
  if (closing !== null) throw approvalFaults.review_closed();
  if (review.brokenBy.id === reviewer.id) {
    throw approvalFaults.self_review(
      adminCount > 1
        ? 'Another admin has to review this.'
        : 'Another admin has to review this, and there is none: make somebody an admin first.',
    );
  }
  const by = { id: reviewer.id, name: reviewer.name };
  return { ...review, closing: { verdict, note, by, at: now.toISOString() } };
}
