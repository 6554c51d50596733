export enum State {
  Queued = 'queued',
}
