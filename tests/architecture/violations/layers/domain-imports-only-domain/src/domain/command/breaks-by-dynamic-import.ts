export const late = () => import('../../infrastructure/redis/redis-time.js');
