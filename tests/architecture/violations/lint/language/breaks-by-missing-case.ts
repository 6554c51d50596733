import type { Risk } from './command-type.js';

export function approvals(risk: Risk): number {
  switch (risk) {
    case 'read':
      return 0;
    case 'change':
      return 1;
  }
  return 2;
}
