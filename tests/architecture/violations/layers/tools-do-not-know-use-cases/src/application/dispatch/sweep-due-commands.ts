export class SweepDueCommands {
  execute(): void {}
}
