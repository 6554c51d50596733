import type { CommandRow } from '../history/final-record.js';
import type {
  ClaimCall,
  FaultEvent,
  HistoryEvent,
  OperationCall,
  Outcome,
  PhaseEvent,
  SessionCall,
} from '../history/history-event.js';
import type { Span } from './span.js';
import { newStory } from './story.js';
import type { LogFact, Story } from './story.js';

export interface Stray {
  readonly what: string;
  readonly evidence: unknown;
}

const outcomes: readonly Outcome[] = ['ok', 'fail', 'info'];

/** A history and the final record, sorted by what they are about. */
export class Book {
  readonly stories = new Map<string, Story>();
  readonly #byId = new Map<string, Story>();
  readonly claims = new Map<string, ClaimCall[]>();
  readonly sessions: SessionCall[] = [];
  readonly faults: FaultEvent[] = [];
  readonly phases: PhaseEvent[] = [];
  /** What was seen of commands that nobody proposed. */
  readonly strays: Stray[] = [];
  readonly operations = new Map<string, Record<Outcome, number>>();
  /**
   * When calls about a device had an unknown outcome, or took what they were then not given, since their token was
   * revoked in between: its queue may be in disorder.
   */
  readonly doubts = new Map<string, Span[]>();
  #outcomes = new Uint8Array(1_024);

  add(event: HistoryEvent): void {
    switch (event.f) {
      case 'fault':
        this.faults.push(event);
        return;
      case 'proposed_all':
      case 'drained':
      case 'given_up':
        this.phases.push(event);
        return;
      default:
        this.#count(event.f, event.i, event.type);
        if (event.type === 'info' || isRevokedClaim(event)) this.#doubt(event);
    }
    switch (event.f) {
      case 'propose': {
        const story = this.#storyOf(event.payload);
        story.proposals.push(event);
        if (event.answer !== null) this.#name(story, event.answer.command);
        return;
      }
      case 'claim':
        this.#addClaim(event);
        return;
      case 'extend':
      case 'progress':
      case 'release':
      case 'result':
        this.#known(event.command, event)?.writes.push(event);
        return;
      case 'cancel':
      case 'approve':
      case 'deny':
      case 'settle':
      case 'read':
        this.#known(event.command, event)?.acts.push(event);
        return;
      case 'signIn':
      case 'beat':
      case 'revoke':
        this.sessions.push(event);
        return;
    }
  }

  addRow(row: CommandRow): void {
    const story = this.#storyOf(row.payload);
    story.rows.push(row);
    this.#name(story, row.id);
  }

  /** Rows come first: what the log names is in the record. */
  addLogFact(command: string, fact: LogFact): void {
    const story = this.#byId.get(command);
    if (story === undefined) this.strays.push({ what: `the log names ${command}`, evidence: fact });
    else story.log.push(fact);
  }

  outcomeOf(call: number): Outcome | null {
    return outcomes[(this.#outcomes[call] ?? 0) - 1] ?? null;
  }

  #addClaim(claim: ClaimCall): void {
    const claims = this.claims.get(claim.device);
    if (claims === undefined) this.claims.set(claim.device, [claim]);
    else claims.push(claim);
    for (const delivered of claim.answer ?? []) {
      const story = this.#storyOf(delivered.payload);
      this.#name(story, delivered.command);
      story.deliveries.push({ ...delivered, claim });
    }
  }

  /** A claim may end before the proposal that it got: the story begins with whichever is heard of first. */
  #storyOf(payload: string): Story {
    const known = this.stories.get(payload);
    if (known !== undefined) return known;
    const story = newStory(payload);
    this.stories.set(payload, story);
    return story;
  }

  #name(story: Story, id: string): void {
    story.id ??= id;
    this.#byId.set(id, story);
  }

  #known(command: string, evidence: unknown): Story | null {
    const story = this.#byId.get(command);
    if (story === undefined) this.strays.push({ what: `a call on ${command}`, evidence });
    return story ?? null;
  }

  #doubt(event: OperationCall): void {
    const device = 'device' in event ? event.device : this.#byId.get(event.command)?.proposals[0]?.device;
    const doubts = this.doubts.get(device ?? '') ?? [];
    doubts.push({ from: event.from, to: event.to });
    this.doubts.set(device ?? '', doubts);
  }

  #count(f: string, call: number, type: Outcome): void {
    const counts = this.operations.get(f) ?? { ok: 0, fail: 0, info: 0 };
    counts[type] += 1;
    this.operations.set(f, counts);
    if (call >= this.#outcomes.length) {
      const larger = new Uint8Array(Math.max(call + 1, this.#outcomes.length * 2));
      larger.set(this.#outcomes);
      this.#outcomes = larger;
    }
    this.#outcomes[call] = outcomes.indexOf(type) + 1;
  }
}

const isRevokedClaim = ({ f, code }: OperationCall): boolean => f === 'claim' && code === 'unauthenticated';
