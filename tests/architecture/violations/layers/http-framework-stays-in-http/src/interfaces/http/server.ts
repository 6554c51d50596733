import * as atHome from 'fastify';

export const home = atHome;
