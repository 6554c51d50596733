import { sql } from 'kysely';

import type { BreakGlassReviews } from '../../application/ports/break-glass-reviews.js';
import type { BreakGlassReview, ReviewClosing } from '../../domain/approval/break-glass.js';
import type { Page, PageRequest } from '../../domain/shared/page.js';
import { foreignCursor, keysetCursor, pageOf } from './keyset-cursor.js';
import type { PostgresSession } from './postgres-session.js';
import { tables } from './postgres-tables.js';
import { isUuid } from './uuid-text.js';

interface ReviewRow {
  readonly command_id: string;
  readonly customer_id: string;
  readonly device_id: string;
  readonly type: string;
  readonly reason: string;
  readonly broken_by: BreakGlassReview['brokenBy'];
  readonly opened_at: Date;
  readonly closing: ReviewClosing | null;
}

const cursors = keysetCursor('break-glass', 1);

export class PostgresBreakGlassReviews implements BreakGlassReviews {
  readonly #session: PostgresSession;

  constructor(session: PostgresSession) {
    this.#session = session;
  }

  async open(review: BreakGlassReview): Promise<void> {
    await this.#session.query(
      sql`insert into fieldgate.break_glass_reviews
          (command_id, customer_id, device_id, type, reason, broken_by, opened_at)
        values (${review.commandId}, ${review.customerId}, ${review.deviceId}, ${review.type}, ${review.reason},
          ${JSON.stringify(review.brokenBy)}::json, ${review.openedAt})`.compile(tables),
    );
  }

  async lock(customerId: string, commandId: string): Promise<BreakGlassReview | null> {
    if (!isUuid(commandId)) return null;
    const [row] = await this.#session.query(
      sql<ReviewRow>`select r.* from fieldgate.break_glass_reviews r
        where r.command_id = ${commandId} and r.customer_id = ${customerId} for update`.compile(tables),
    );
    return row === undefined ? null : reviewOf(row);
  }

  async close({ commandId, closing }: BreakGlassReview): Promise<void> {
    const closed = await this.#session.query(
      sql`update fieldgate.break_glass_reviews set closing = ${JSON.stringify(closing)}::json
        where command_id = ${commandId} and closing is null returning command_id`.compile(tables),
    );
    if (closed.length === 0) throw new Error('a review was closed that was not locked while it was open');
  }

  async list(customerId: string, isOpen: boolean, page: PageRequest): Promise<Page<BreakGlassReview>> {
    const [before = null] = page.cursor === null ? [] : cursors.decode(page.cursor);
    if (before !== null && !isUuid(before)) throw foreignCursor();
    const rows = await this.#session.query(
      sql<ReviewRow>`select r.* from fieldgate.break_glass_reviews r
        where r.customer_id = ${customerId} and (r.closing is null) = ${isOpen}
          and (${before}::uuid is null or r.command_id < ${before}::uuid)
        order by r.command_id desc limit ${page.limit + 1}`.compile(tables),
    );
    return pageOf(rows, page, reviewOf, ({ command_id: id }) => cursors.encode([id]));
  }
}

const reviewOf = (row: ReviewRow): BreakGlassReview => ({
  commandId: row.command_id,
  customerId: row.customer_id,
  deviceId: row.device_id,
  type: row.type,
  reason: row.reason,
  brokenBy: row.broken_by,
  openedAt: row.opened_at,
  closing: row.closing,
});
