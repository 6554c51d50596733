import type { Book } from './book.js';
import { acceptedBy, isTerminal, statesTold } from './story.js';
import type { Violation } from './violation.js';

/** Nothing that was answered with success is lost; nothing is there that nobody asked for. */
export function existence({ stories, strays }: Book): Violation[] {
  const violations: Violation[] = strays.map(({ what, evidence }) => ({
    property: 'no phantom',
    what,
    evidence,
  }));
  for (const story of stories.values()) {
    const tell = (property: string, what: string): void => {
      violations.push({ property, what: `${story.id ?? story.payload}: ${what}`, evidence: story });
    };
    const [row, second] = story.rows;
    if (second !== undefined) tell('one command per key', 'recorded twice');
    if (row === undefined) {
      if (acceptedBy(story) !== null) tell('no loss', 'acknowledged, and not in the record');
      if (story.deliveries.length > 0) tell('no phantom', 'delivered, and not in the record');
      continue;
    }
    if (story.proposals.length === 0) tell('no phantom', 'recorded, and never proposed');
    if (story.proposals.some(({ device, customer }) => device !== row.device || customer !== row.customer)) {
      tell('isolation', 'recorded for somebody else');
    }
    for (const { state } of statesTold(story)) {
      if (isTerminal(state) && state !== row.state) {
        tell('no loss', `was said to be ${state}, and is ${row.state}`);
      }
    }
    for (const { f, type, content } of story.writes) {
      if (f === 'result' && type === 'ok' && content !== row.content) {
        tell('no loss', `acknowledged ${content ?? ''}, recorded ${row.content ?? 'nothing'}`);
      }
    }
  }
  return violations;
}

/** One key, one command, one answer; another body under the same key does nothing. */
export function idempotency({ stories }: Book): Violation[] {
  const violations: Violation[] = [];
  const ids = new Map<string, string>();
  for (const story of stories.values()) {
    for (const call of story.proposals) {
      const clashed = call.clashes && (call.type === 'ok' || story.rows.length > 0);
      const key = `${call.customer} ${call.key}`;
      const id = call.clashes ? null : (call.answer?.command ?? null);
      const known = ids.get(key);
      if (id !== null) ids.set(key, known ?? id);
      if (clashed || (id !== null && known !== undefined && known !== id)) {
        violations.push({
          property: 'one command per key',
          what: `${key} made another one`,
          evidence: story,
        });
      }
    }
  }
  return violations;
}

/** In the end, everything has ended, and the numbers add up. */
export function conservation(book: Book): Violation[] {
  const violations: Violation[] = [];
  const created = [...book.stories.values()].filter(({ rows }) => rows.length > 0).length;
  let ended = 0;
  for (const story of book.stories.values()) {
    const [row] = story.rows;
    if (row === undefined) continue;
    if (isTerminal(row.state)) ended += 1;
    else violations.push({ property: 'one end', what: `${row.id} is ${row.state}`, evidence: story });
  }
  if (ended + violations.length !== created) {
    violations.push({
      property: 'counts',
      what: `${String(created)} made, ${String(ended)} ended`,
      evidence: null,
    });
  }
  return violations;
}
