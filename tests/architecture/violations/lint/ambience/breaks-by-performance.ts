export const ambient: unknown = performance;
