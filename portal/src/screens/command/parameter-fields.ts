/** A field of a form, made from one property of a command type's JSON Schema. */
export interface ParameterField {
  readonly name: string;
  readonly label: string;
  readonly required: boolean;
  readonly shape:
    | { readonly kind: 'text'; readonly patterns: readonly RegExp[]; readonly maxLength: number | null }
    | {
        readonly kind: 'number';
        readonly min: number | null;
        readonly max: number | null;
        readonly whole: boolean;
      }
    | { readonly kind: 'choice'; readonly options: readonly string[] }
    | { readonly kind: 'flag' }
    | { readonly kind: 'lines'; readonly maxItems: number | null }
    /** What this form has no field for: written as JSON. */
    | { readonly kind: 'json' };
}

type Schema = Readonly<Record<string, unknown>>;
const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** The fields of a form for parameters that fit the schema, the required ones first. */
export function parameterFields(schema: Schema): readonly ParameterField[] {
  const properties = isSchema(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(properties)
    .map(([name, property]) => ({
      name,
      label: labelOf(name),
      required: required.includes(name),
      shape: shapeOf(isSchema(property) ? property : {}),
    }))
    .sort((one, other) => Number(other.required) - Number(one.required));
}

function shapeOf(schema: Schema): ParameterField['shape'] {
  const ways = Array.isArray(schema['anyOf']) ? schema['anyOf'].filter(isSchema) : [schema];
  if (Array.isArray(schema['enum']) && schema['enum'].every((option) => typeof option === 'string')) {
    return { kind: 'choice', options: schema['enum'] };
  }
  if (ways.length > 0 && ways.every((way) => way['type'] === 'string')) {
    const lengths = ways.map((way) => numberOf(way['maxLength'])).filter((length) => length !== null);
    return {
      kind: 'text',
      patterns: ways.flatMap((way) => patternOf(way['pattern'])),
      maxLength: lengths.length === ways.length ? Math.max(...lengths) : null,
    };
  }
  if (schema['type'] === 'integer' || schema['type'] === 'number') {
    const whole = schema['type'] === 'integer';
    return { kind: 'number', min: numberOf(schema['minimum']), max: numberOf(schema['maximum']), whole };
  }
  if (schema['type'] === 'boolean') return { kind: 'flag' };
  if (schema['type'] === 'array' && isSchema(schema['items']) && schema['items']['type'] === 'string') {
    return { kind: 'lines', maxItems: numberOf(schema['maxItems']) };
  }
  return { kind: 'json' };
}

function patternOf(pattern: unknown): RegExp[] {
  if (typeof pattern !== 'string') return [];
  try {
    return [new RegExp(pattern, 'u')];
  } catch {
    // The gateway checks it anyway.
    return [];
  }
}

/** `timeoutMs` is `Timeout (ms)`, `recordType` is `Record type`. */
function labelOf(name: string): string {
  const unit = /(Ms|Seconds)$/.exec(name)?.[1];
  const words = (unit === undefined ? name : name.slice(0, -unit.length))
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  const label = words.charAt(0).toUpperCase() + words.slice(1);
  return unit === undefined ? label : `${label} (${unit === 'Ms' ? 'ms' : 's'})`;
}

/** What was typed, by the name of the field; a flag is `true` or empty. */
export type Typed = Readonly<Record<string, string>>;

export interface ReadParameters {
  readonly parameters: Readonly<Record<string, unknown>>;
  /** What is wrong, by the name of the field. */
  readonly wrong: Readonly<Record<string, string>>;
}

/** Reads the form. What was left empty is left out, so that the device's own default holds. */
export function readParameters(fields: readonly ParameterField[], typed: Typed): ReadParameters {
  const parameters: Record<string, unknown> = {};
  const wrong: Record<string, string> = {};
  for (const field of fields) {
    const text = (typed[field.name] ?? '').trim();
    if (text === '') {
      if (field.required) wrong[field.name] = 'This is needed.';
      continue;
    }
    const read = readField(field, text);
    if ('wrong' in read) wrong[field.name] = read.wrong;
    else parameters[field.name] = read.value;
  }
  return { parameters, wrong };
}

function readField(
  { shape }: ParameterField,
  text: string,
): { readonly value: unknown } | { readonly wrong: string } {
  switch (shape.kind) {
    case 'text': {
      if (shape.maxLength !== null && text.length > shape.maxLength)
        return { wrong: `At most ${String(shape.maxLength)} characters.` };
      const fits = shape.patterns.length === 0 || shape.patterns.some((pattern) => pattern.test(text));
      return fits ? { value: text } : { wrong: 'This is not written as the command expects it.' };
    }
    case 'number': {
      const value = Number(text);
      if (Number.isNaN(value) || (shape.whole && !Number.isInteger(value)))
        return { wrong: 'A number is needed.' };
      const { min, max } = shape;
      if ((min !== null && value < min) || (max !== null && value > max))
        return { wrong: `Between ${String(min ?? '-∞')} and ${String(max ?? '∞')}.` };
      return { value };
    }
    case 'choice':
      return shape.options.includes(text) ? { value: text } : { wrong: 'Choose one of the list.' };
    case 'flag':
      return { value: text === 'true' };
    case 'lines': {
      const value = text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '');
      if (shape.maxItems !== null && value.length > shape.maxItems)
        return { wrong: `At most ${String(shape.maxItems)} lines.` };
      return { value };
    }
    case 'json':
      try {
        return { value: JSON.parse(text) };
      } catch {
        return { wrong: 'This is not JSON.' };
      }
  }
}
