export const ambient: unknown = setImmediate;
