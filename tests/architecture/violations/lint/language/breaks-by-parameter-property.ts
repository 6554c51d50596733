export class Held {
  constructor(readonly held: number) {}
}
