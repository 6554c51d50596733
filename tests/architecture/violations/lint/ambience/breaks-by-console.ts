export const ambient: unknown = console;
