export const ambient: unknown = fetch;
