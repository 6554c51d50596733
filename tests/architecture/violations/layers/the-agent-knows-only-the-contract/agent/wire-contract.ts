export interface ClaimedCommand {
  readonly id: string;
}
