import { redisTime } from '../../infrastructure/redis/redis-time.js';

export const rank = redisTime() + 1;
