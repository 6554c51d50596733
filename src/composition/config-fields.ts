import { z } from 'zod';

/** Empty is the same as unset. */
export const text = z
  .string()
  .trim()
  .transform((value) => (value === '' ? undefined : value))
  .optional();

export const optionalInteger = (min: number, max: number) =>
  text.transform((value, context) => {
    if (value === undefined) return null;
    const number = Number(value);
    if (Number.isInteger(number) && number >= min && number <= max) return number;
    context.addIssue({
      code: 'custom',
      message: `must be a whole number from ${String(min)} to ${String(max)}`,
    });
    return z.NEVER;
  });

export const integer = (min: number, max: number, fallback: number) =>
  optionalInteger(min, max).transform((value) => value ?? fallback);

export const flag = text.transform((value, context) => {
  if (value === undefined || value === 'false' || value === '0') return false;
  if (value === 'true' || value === '1') return true;
  context.addIssue({ code: 'custom', message: 'must be true or false' });
  return z.NEVER;
});

export const url = (protocols: RegExp, example: string) =>
  text.refine(
    (value) => value === undefined || (protocols.test(value) && (URL.parse(value)?.hostname ?? '') !== ''),
    `must look like ${example}`,
  );

/** A line for each thing that is wrong: the variable's name, and never its value. */
export const problemsOf = (error: z.ZodError): string[] =>
  error.issues.map(({ path, message }) => `${path.slice(0, 1).join('.')} ${message}`);
