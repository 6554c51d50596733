export const ambient: unknown = setTimeout;
