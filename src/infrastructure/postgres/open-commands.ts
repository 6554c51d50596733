import { sql } from 'kysely';

/**
 * True of commands that have not ended. Written out, since the planner uses the partial indexes only when it sees
 * the very states that they name.
 */
export const isOpen = sql<boolean>`state in ('awaiting_approval', 'queued', 'claimed', 'unknown_outcome')`;
