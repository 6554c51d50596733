import * as atHome from 'ioredis';

export const home = atHome;
