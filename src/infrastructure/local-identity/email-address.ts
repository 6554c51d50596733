/** People are found however they write their address. */
export const normaliseEmail = (typed: string): string => typed.trim().toLowerCase();
