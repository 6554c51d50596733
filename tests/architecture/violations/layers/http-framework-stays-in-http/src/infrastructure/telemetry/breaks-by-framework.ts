import * as astray from 'fastify';

export const away = astray;
