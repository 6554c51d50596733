import { Risk } from './command-type.js';

export const isRead = (risk: Risk): boolean => risk === 'read';
