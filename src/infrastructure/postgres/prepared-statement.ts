import { createHash } from 'node:crypto';
import type { CompiledQuery } from 'kysely';

const names = new Map<string, string>();

/**
 * Has the server plan the statement once for each connection. The name is made from the text, so that a connection
 * which a pooler handed on from somebody else never runs another statement under it. Only for texts that do not vary:
 * each of them is kept, here and there.
 */
export function prepared<Row>(statement: CompiledQuery<Row>): CompiledQuery<Row> {
  const { sql } = statement;
  let preparedAs = names.get(sql);
  if (preparedAs === undefined) {
    preparedAs = `fieldgate-${createHash('sha256').update(sql).digest('hex').slice(0, 32)}`;
    names.set(sql, preparedAs);
  }
  return Object.assign({ ...statement }, { preparedAs });
}
