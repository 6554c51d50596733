export const config = { port: 8080 } as const;
