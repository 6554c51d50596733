import { readyKey } from '../redis/redis-keys.js';

export const key = readyKey;
