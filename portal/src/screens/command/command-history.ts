import { signal } from '@preact/signals';
import type { ApiClient } from '../../api/api-client.js';
import type { Command } from '../../api/things.js';
import { CoalescedLooks } from '../../live/coalesced-looks.js';
import type { LiveView } from '../../live/live-view.js';
import type { LiveProgress } from '../../live/live-messages.js';
import { progressOf } from '../../live/live-messages.js';

const pageSize = 20;

/** Whose commands: those of one device, or those of one session. */
export type CommandScope = { readonly deviceId: string } | { readonly sessionId: string };

/** The commands of a device or a session, newest first; from then on kept by what is heard of them. */
export class CommandHistory {
  readonly items = signal<readonly Command[] | null>(null);
  readonly error = signal<unknown>(null);
  readonly nextCursor = signal<string | null>(null);
  readonly #api: ApiClient;
  readonly #scope: CommandScope;
  readonly #looks: CoalescedLooks;
  #isLoaded = false;

  constructor(api: ApiClient, scope: CommandScope) {
    this.#api = api;
    this.#scope = scope;
    this.#looks = new CoalescedLooks(async (id) => {
      this.put(await api.call('get', '/api/v1/customer/commands/{id}', { path: { id } }));
    });
  }

  /** The newest page; what was loaded beyond it stays, as far as it was. */
  look = async (): Promise<void> => {
    try {
      const page = await this.#page(null);
      const isFirst = !this.#isLoaded;
      this.#isLoaded = true;
      const fresh = new Set(page.items.map(({ id }) => id));
      const older = (this.items.peek() ?? []).filter(({ id }) => !fresh.has(id));
      this.items.value = inOrder([...page.items, ...older]);
      if (isFirst) this.nextCursor.value = page.nextCursor;
      // What is not over may have moved beyond the newest page too.
      for (const { id, finishedAt } of older) if (finishedAt === null) this.#looks.at(id);
      this.error.value = null;
    } catch (error) {
      this.error.value = error;
    }
  };

  more = async (): Promise<void> => {
    try {
      const page = await this.#page(this.nextCursor.peek());
      const shown = new Set(this.items.peek()?.map(({ id }) => id));
      this.items.value = [...(this.items.peek() ?? []), ...page.items.filter(({ id }) => !shown.has(id))];
      this.nextCursor.value = page.nextCursor;
      this.error.value = null;
    } catch (error) {
      this.error.value = error;
    }
  };

  /** As it stands now, whether it was shown or not. */
  put(command: Command): void {
    if (!this.#isOurs(command)) return;
    const others = (this.items.peek() ?? []).filter(({ id }) => id !== command.id);
    this.items.value = inOrder([command, ...others]);
  }

  listen(live: LiveView): () => void {
    const stops = [
      live.onLookAgain(() => void this.look()),
      live.onEvent(({ subject, data }) => {
        if (subject.kind === 'command' && this.#isOurs(data)) this.#looks.at(subject.id);
      }),
      live.onProgress((heard) => {
        this.#progress(heard);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  #isOurs(about: { readonly deviceId?: unknown; readonly sessionId?: unknown }): boolean {
    return 'deviceId' in this.#scope
      ? about.deviceId === this.#scope.deviceId
      : about.sessionId === this.#scope.sessionId;
  }

  #progress(heard: LiveProgress): void {
    const { commandId, attempt } = heard;
    const command = this.items.peek()?.find(({ id }) => id === commandId);
    if (command === undefined || command.attempt > attempt) return;
    this.put({ ...command, progress: progressOf(heard) });
  }

  #page(cursor: string | null) {
    return this.#api.call('get', '/api/v1/customer/commands', {
      query: { ...this.#scope, limit: pageSize, ...(cursor !== null && { cursor }) },
    });
  }
}

/** Newest first. Ids are made in the order of time, and decide between commands of one moment. */
const inOrder = (commands: readonly Command[]): readonly Command[] =>
  [...commands].sort((one, other) => {
    const [first, second] = [one.createdAt + one.id, other.createdAt + other.id];
    return first < second ? 1 : first > second ? -1 : 0;
  });
