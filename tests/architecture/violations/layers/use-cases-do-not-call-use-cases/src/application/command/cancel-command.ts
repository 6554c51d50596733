export class CancelCommand {
  execute(): void {}
}
