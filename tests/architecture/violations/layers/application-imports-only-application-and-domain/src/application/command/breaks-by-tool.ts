import type { Command } from '../../domain/command/command.js';
import { RedisQueue } from '../../infrastructure/redis/redis-queue.js';

export const claim = (command: Command): readonly unknown[] => [command, new RedisQueue()];
