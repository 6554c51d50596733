export interface Command {
  readonly id: string;
}
