export const ambient: unknown = crypto;
