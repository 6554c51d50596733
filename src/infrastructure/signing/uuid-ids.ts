import { v7 } from 'uuid';
import type { Ids } from '../../application/ports/ids.js';

export class UuidIds implements Ids {
  uuid(): string {
    return v7();
  }
}
