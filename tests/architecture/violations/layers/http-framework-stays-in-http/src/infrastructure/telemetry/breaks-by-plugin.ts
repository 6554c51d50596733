import cors from '@fastify/cors';

export const plugin = cors;
