import 'reflect-metadata';

export const decorated = true;
