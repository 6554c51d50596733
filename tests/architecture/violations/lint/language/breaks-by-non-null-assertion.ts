export const sure = (held: string | null): string => held!;
