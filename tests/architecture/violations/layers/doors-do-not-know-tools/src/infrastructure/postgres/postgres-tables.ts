export interface CommandTable {
  readonly id: string;
}
