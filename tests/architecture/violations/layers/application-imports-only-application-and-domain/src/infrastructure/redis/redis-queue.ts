export class RedisQueue {}
