export const ambient: unknown = globalThis;
