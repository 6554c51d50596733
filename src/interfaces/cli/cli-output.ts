import type { JsonObject } from '../../domain/shared/json.js';

/** Where answers go: one JSON object with `--json`, readable lines without. */
export interface CliOutput {
  print(answer: JsonObject, asJson: boolean): void;
  /** One line of something long; resolves when there is room for the next. */
  printLine(line: string): Promise<void>;
  /** Something to know beside the answer, out of its way. */
  note(text: string): void;
}
