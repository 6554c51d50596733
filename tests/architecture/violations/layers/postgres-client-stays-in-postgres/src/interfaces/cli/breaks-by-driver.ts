import * as astray from 'pg';

export const away = astray;
