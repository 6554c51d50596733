import * as astray from 'ioredis';

export const away = astray;
