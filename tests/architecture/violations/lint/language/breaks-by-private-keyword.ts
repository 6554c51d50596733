export class Held {
  private readonly held = 1;

  show(): number {
    return this.held;
  }
}
