import type { CommandType } from '../../../src/domain/command/command-type.js';
import type { JsonObject } from '../../../src/domain/shared/json.js';
import { commandTypes } from '../../../src/infrastructure/catalogue/command-types.js';
import { ZodCommandCatalogue } from '../../../src/infrastructure/catalogue/zod-command-catalogue.js';

export const catalogue = new ZodCommandCatalogue(commandTypes);

export function typeNamed(name: string): CommandType {
  const type = catalogue.find(name);
  if (type === null) throw new Error(`The catalogue has no ${name}.`);
  return type;
}

export const check = (type: string, parameters: JsonObject) => catalogue.check(typeNamed(type), parameters);
