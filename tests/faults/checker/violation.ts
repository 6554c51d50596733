/** A promise that was broken, and what shows it. */
export interface Violation {
  readonly property: string;
  readonly what: string;
  readonly evidence: unknown;
}
