/* eslint-disable @typescript-eslint/no-explicit-any */
export type Anything = unknown;
