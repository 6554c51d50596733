export const ambient: unknown = queueMicrotask;
