import { once } from 'node:events';
import type { JsonObject, JsonValue } from '../../domain/shared/json.js';

/** Prints an answer: one JSON object on one line, or a line per member for people. */
export function printAnswer(answer: JsonObject, asJson: boolean): void {
  if (asJson) {
    process.stdout.write(`${JSON.stringify(answer)}\n`);
    return;
  }
  for (const [name, value] of Object.entries(answer)) process.stdout.write(`${name}: ${readable(value)}\n`);
}

/** One line of something long, on standard output; resolves when there is room for the next. */
export async function printLine(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
}

/** Something to know beside the answer, out of its way. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

function readable(value: JsonValue): string {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return JSON.stringify(value);
  if (value.length === 0) return 'none';
  return value.map((item: JsonValue) => `\n  - ${typeof item === 'string' ? item : lineOf(item)}`).join('');
}

function lineOf(item: JsonValue): string {
  if (typeof item !== 'object' || item === null) return String(item);
  return Object.values(item)
    .map((part: JsonValue) => (typeof part === 'string' ? part : JSON.stringify(part)))
    .join(' · ');
}
