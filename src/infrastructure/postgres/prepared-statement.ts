import { createHash } from 'node:crypto';
import type { CompiledQuery, RawBuilder } from 'kysely';

import { tables } from './postgres-tables.js';

export type Prepared<Row, Values extends readonly unknown[]> = (...values: Values) => CompiledQuery<Row>;

/**
 * A statement whose text never varies: compiled once here, and planned once by the server for each connection. `build`
 * gets a stand-in for each value and says where it goes. The name is made from the text, so that a connection which a
 * pooler handed on from somebody else never runs another statement under it.
 */
export function prepared<Row>(
  build: (...places: readonly object[]) => RawBuilder<Row>,
): Prepared<Row, readonly unknown[]> {
  const places = Array.from({ length: build.length }, () => ({}));
  const compiled = build(...places).compile(tables);
  const sources = compiled.parameters.map((parameter) => places.indexOf(parameter as object));
  const preparedAs = `fieldgate-${createHash('sha256').update(compiled.sql).digest('hex').slice(0, 32)}`;
  return (...values) => {
    // What is no stand-in is the same each time.
    const parameters = sources.map((source, index) =>
      source < 0 ? compiled.parameters[index] : values[source],
    );
    return Object.assign({ ...compiled, parameters }, { preparedAs });
  };
}
