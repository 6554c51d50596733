export type Stop = AbortSignal;
