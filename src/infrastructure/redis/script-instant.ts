/** What time it is, in ms since 1970; null leaves it to the store's own clock, as it is outside of tests. */
export type InstantSource = (() => number) | null;

/** The instant as the scripts want it. */
export const scriptInstant = (source: InstantSource): string => (source === null ? '' : String(source()));
