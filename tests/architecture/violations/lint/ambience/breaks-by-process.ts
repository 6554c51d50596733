export const ambient: unknown = process;
