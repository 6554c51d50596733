import { signal } from '@preact/signals';
import type { ApiClient } from '../../api/api-client.js';
import type { Command, Session } from '../../api/things.js';
import { CoalescedLooks } from '../../live/coalesced-looks.js';
import { progressOf } from '../../live/live-messages.js';
import type { LiveView } from '../../live/live-view.js';
import type { StreamedOutput, ToldOutput } from './streamed-output.js';
import { withPieces } from './streamed-output.js';
import type { TimelineEntry } from './timeline-entries.js';
import { concerns, merged } from './timeline-entries.js';

const pageSize = 100;

/** A support session, what happened in it and its commands: asked for once, and from then on kept by what is heard. */
export class SessionView {
  readonly session = signal<Session | null>(null);
  readonly entries = signal<readonly TimelineEntry[]>([]);
  readonly commands = signal<ReadonlyMap<string, Command>>(new Map());
  readonly streams = signal<ReadonlyMap<string, StreamedOutput>>(new Map());
  /** Whether everything up to now has been read once. */
  readonly isThere = signal(false);
  readonly error = signal<unknown>(null);
  readonly #api: ApiClient;
  readonly #id: string;
  /** Up to there the timeline was read without a gap; what was only heard may have been heard beyond one. */
  #readUpTo = 0;
  readonly #looks = new CoalescedLooks(() => this.#look());
  readonly #commandLooks = new CoalescedLooks(async (id) => {
    this.#putLater(await this.#api.call('get', '/api/v1/customer/commands/{id}', { path: { id } }));
  });
  /** What was learnt of single commands while all were asked for: that answer may be older. */
  readonly #learntMeanwhile = new Set<string>();

  constructor(api: ApiClient, id: string) {
    this.#api = api;
    this.#id = id;
  }

  look = (): void => this.#looks.at(this.#id);

  /** Whoever changed a command by hand knows how it is now; what the log says of it comes by itself or is read. */
  put(command: Command): void {
    this.#putLater(command);
    this.look();
  }

  /** Whoever closed the session by hand knows how it is now. */
  closed(session: Session): void {
    this.session.value = session;
    this.look();
  }

  /** Hears from the first moment on, so that nothing falls between what is read and what is heard. */
  listen(live: LiveView): () => void {
    const stops = [
      live.follow(`session:${this.#id}`),
      live.onLookAgain(this.look),
      // The log is told after an absence; how far what runs has come is not.
      live.state.subscribe(({ kind }) => {
        if (kind === 'live') this.#lookAtRunning();
      }),
      live.onEvent((event) => {
        if (!concerns(event, this.#id)) return;
        this.entries.value = merged(this.entries.peek(), [event]);
        if (event.subject.kind === 'command') this.#commandLooks.at(event.subject.id);
        else this.look();
      }),
      live.onProgress((heard) => {
        const { commandId, sessionId, attempt } = heard;
        if (sessionId !== this.#id) return;
        // Also of a command that is still asked for: this connection is not told these pieces again.
        this.#hearOutput(commandId, heard);
        const command = this.commands.peek().get(commandId);
        if (command === undefined || command.attempt > attempt) return;
        this.commands.value = new Map(this.commands.peek()).set(commandId, {
          ...command,
          progress: progressOf(heard),
        });
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  #lookAtRunning(): void {
    for (const { id, state } of this.commands.peek().values())
      if (state === 'claimed') this.#commandLooks.at(id);
  }

  async #look(): Promise<void> {
    this.#learntMeanwhile.clear();
    try {
      const { commands, ...session } = await this.#api.call('get', '/api/v1/customer/sessions/{id}', {
        path: { id: this.#id },
      });
      this.session.value = session;
      this.#putOlder(commands);
      await this.#readTimeline();
      await this.#findMissing();
      this.isThere.value = true;
      this.error.value = null;
    } catch (error) {
      this.error.value = error;
    }
  }

  async #readTimeline(): Promise<void> {
    let cursor: string | null = null;
    do {
      const page: { items: TimelineEntry[]; nextCursor: string | null } = await this.#api.call(
        'get',
        '/api/v1/customer/sessions/{id}/timeline',
        {
          path: { id: this.#id },
          query: { limit: pageSize, after: this.#readUpTo, ...(cursor !== null && { cursor }) },
        },
      );
      this.entries.value = merged(this.entries.peek(), page.items);
      cursor = page.nextCursor;
      // Not before the last page: a cursor belongs to the question that it came with.
      if (cursor === null) this.#readUpTo = Math.max(this.#readUpTo, page.items.at(-1)?.seq ?? 0);
    } while (cursor !== null);
  }

  /** A session tells its newest hundred commands; a longer one has the others in its list. */
  async #findMissing(): Promise<void> {
    const known = this.commands.peek();
    const isMissing = this.entries
      .peek()
      .some(({ subject }) => subject.kind === 'command' && !known.has(subject.id));
    if (!isMissing) return;
    let cursor: string | null = null;
    do {
      const page: { items: Command[]; nextCursor: string | null } = await this.#api.call(
        'get',
        '/api/v1/customer/commands',
        { query: { sessionId: this.#id, limit: pageSize, ...(cursor !== null && { cursor }) } },
      );
      this.#putOlder(page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
  }

  #putLater(command: Command): void {
    this.#learntMeanwhile.add(command.id);
    this.#put([command]);
  }

  #putOlder(commands: readonly Command[]): void {
    this.#put(commands.filter(({ id }) => !this.#learntMeanwhile.has(id)));
  }

  #put(commands: readonly Command[]): void {
    if (commands.length === 0) return;
    const next = new Map(this.commands.peek());
    for (const command of commands) {
      next.set(command.id, command);
      if (command.progress !== null) this.#hearOutput(command.id, command.progress);
    }
    this.commands.value = next;
  }

  #hearOutput(commandId: string, told: ToldOutput): void {
    const known = this.streams.peek().get(commandId);
    const stream = withPieces(known, told);
    if (stream === undefined || stream === known) return;
    this.streams.value = new Map(this.streams.peek()).set(commandId, stream);
  }
}
