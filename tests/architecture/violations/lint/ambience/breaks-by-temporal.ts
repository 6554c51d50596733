export const ambient: unknown = Temporal;
