import type { CommandType } from '../../domain/command/command-type.js';
import type { JsonObject } from '../../domain/shared/json.js';

export type ParameterCheck =
  | { readonly ok: true; readonly parameters: JsonObject }
  | { readonly ok: false; readonly errors: readonly { readonly path: string; readonly message: string }[] };

/** The command types that devices know. */
export interface CommandCatalogue {
  list(): readonly CommandType[];
  find(type: string): CommandType | null;
  /** Checks parameters strictly against the type's schema: nothing unknown, nothing coerced. */
  check(type: CommandType, parameters: JsonObject): ParameterCheck;
}
