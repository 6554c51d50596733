export const id = (): unknown => crypto.randomUUID();
