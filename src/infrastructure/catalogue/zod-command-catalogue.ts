import { z } from 'zod';
import type { CommandCatalogue, ParameterCheck } from '../../application/ports/command-catalogue.js';
import type { CommandType } from '../../domain/command/command-type.js';
import type { JsonObject } from '../../domain/shared/json.js';
import type { CatalogueEntry } from './command-types.js';

/** The catalogue, with zod schemas that both check parameters and describe them to clients. */
export class ZodCommandCatalogue implements CommandCatalogue {
  readonly #types: readonly CommandType[];
  readonly #parameters: ReadonlyMap<string, z.ZodType>;

  constructor(entries: readonly CatalogueEntry[]) {
    this.#types = entries.map(({ parameters, ...type }) => ({
      ...type,
      parametersSchema: z.toJSONSchema(parameters, { io: 'input' }) as JsonObject,
    }));
    this.#parameters = new Map(entries.map(({ type, parameters }) => [type, parameters]));
  }

  list(): readonly CommandType[] {
    return this.#types;
  }

  find(type: string): CommandType | null {
    return this.#types.find((known) => known.type === type) ?? null;
  }

  check(type: CommandType, parameters: JsonObject): ParameterCheck {
    const parsed = this.#parameters.get(type.type)?.safeParse(parameters);
    if (parsed?.success === true) return { ok: true, parameters };
    const errors = (parsed?.error.issues ?? []).map(({ path, message }) => ({
      path: ['parameters', ...path].join('.'),
      message,
    }));
    return { ok: false, errors };
  }
}
