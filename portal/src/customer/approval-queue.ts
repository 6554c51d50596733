import { signal } from '@preact/signals';
import type { ApiClient } from '../api/api-client.js';
import { asProblem } from '../api/problem.js';
import type { Command, PendingApproval } from '../api/things.js';
import { CoalescedLooks } from '../live/coalesced-looks.js';
import type { LiveView } from '../live/live-view.js';

/** What waits for a decision, and the command that it is about. */
export interface WaitingCommand {
  readonly pending: PendingApproval;
  readonly command: Command;
}

const pageSize = 100;
/** What ends or changes the waiting of a command. */
const concerning = new Set([
  'command.proposed',
  'command.decided',
  'command.approved',
  'command.rejected',
  'command.cancelled',
  'command.expired',
  'member.role_changed',
  'member.removed',
]);

/** Everything of the customer that waits for people, those that run out first at the top. */
export class ApprovalQueue {
  readonly items = signal<readonly WaitingCommand[] | null>(null);
  /** Whether more wait than are shown; they come up as others are decided. */
  readonly hasMore = signal(false);
  readonly error = signal<unknown>(null);
  readonly #api: ApiClient;
  /** Somebody is about to decide on these: they stay where they are, also when they wait no more. */
  readonly #held = new Map<string, number>();
  /** Those that are shown and wait no more. */
  readonly past = signal<ReadonlySet<string>>(new Set());
  readonly #commands = new Map<string, Command>();
  readonly #looks = new CoalescedLooks(() => this.look());

  constructor(api: ApiClient) {
    this.#api = api;
  }

  look = async (): Promise<void> => {
    try {
      const { items, nextCursor } = await this.#api.call('get', '/api/v1/customer/approvals', {
        query: { limit: pageSize },
      });
      const waiting = await Promise.all(items.map((pending) => this.#withCommand(pending)));
      const ids = new Set(items.map(({ commandId }) => commandId));
      const past = (this.items.peek() ?? []).filter(
        ({ pending: { commandId } }) => this.#held.has(commandId) && !ids.has(commandId),
      );
      this.past.value = new Set(past.map(({ pending }) => pending.commandId));
      this.items.value = [...waiting.filter((each) => each !== null), ...past].sort((one, other) =>
        one.pending.expiresAt.localeCompare(other.pending.expiresAt),
      );
      this.hasMore.value = nextCursor !== null;
      this.error.value = null;
    } catch (error) {
      this.error.value = error;
    }
  };

  /** Keeps one where it is while somebody decides on it; returns how to let it go. */
  hold(commandId: string): () => void {
    this.#held.set(commandId, (this.#held.get(commandId) ?? 0) + 1);
    return () => {
      const left = (this.#held.get(commandId) ?? 1) - 1;
      if (left > 0) this.#held.set(commandId, left);
      else this.#held.delete(commandId);
      if (left > 0 || !this.past.peek().has(commandId)) return;
      this.past.value = new Set([...this.past.peek()].filter((id) => id !== commandId));
      this.items.value = (this.items.peek() ?? []).filter(({ pending }) => pending.commandId !== commandId);
    };
  }

  listen(live: LiveView): () => void {
    const stops = [
      live.onLookAgain(() => {
        this.#looks.at('');
      }),
      live.onEvent(({ kind }) => {
        if (concerning.has(kind)) this.#looks.at('');
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** What was proposed stays as it was: it is asked for once. */
  async #withCommand(pending: PendingApproval): Promise<WaitingCommand | null> {
    const { commandId: id } = pending;
    try {
      const known = this.#commands.get(id);
      const command =
        known ?? (await this.#api.call('get', '/api/v1/customer/commands/{id}', { path: { id } }));
      this.#commands.set(id, command);
      return { pending, command };
    } catch (error) {
      if (asProblem(error).code === 'not_found') return null;
      throw error;
    }
  }
}
