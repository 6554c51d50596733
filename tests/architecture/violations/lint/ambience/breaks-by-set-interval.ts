export const ambient: unknown = setInterval;
