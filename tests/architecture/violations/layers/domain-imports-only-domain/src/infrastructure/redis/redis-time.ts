export const redisTime = (): number => 0;
