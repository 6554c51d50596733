import * as astray from 'tsyringe';

export const away = astray;
