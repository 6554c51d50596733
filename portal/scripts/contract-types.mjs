import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTs, { astToString } from 'openapi-typescript';

/**
 * Writes the types of the API, as far as a portal needs them, from the document of the built gateway: to the file that
 * is named, or to standard output. Refusals are left out, since they all have one form, and so are the words.
 */
const root = join(import.meta.dirname, '..', '..');
const program = join(root, 'scripts', 'write-contract.mjs');
const document = JSON.parse(
  execFileSync(process.execPath, [program, 'openapi'], { encoding: 'utf8', maxBuffer: 2 ** 26 }),
);

const isForPeople = (path) => path.startsWith('/api/v1/customer/') || path === '/portal-config.json';
const paths = Object.fromEntries(
  Object.entries(document.paths)
    .filter(([path]) => isForPeople(path))
    .map(([path, methods]) => [
      path,
      Object.fromEntries(Object.entries(methods).map(([name, operation]) => [name, answered(operation)])),
    ]),
);
const text = astToString(
  await openapiTs(JSON.stringify(withoutWords({ ...document, paths })), {
    defaultNonNullable: false,
    emptyObjectsUnknown: true,
  }),
);

const [, , file] = process.argv;
const note = '// Made from the OpenAPI document of the gateway: `npm run contract` in this package.\n\n';
// Members that say only what is not there: nobody asks for them.
const written = note + text.replaceAll(/^ *\w+\?: never;\n/gm, '').replaceAll('    ', '  ');
if (file === undefined) process.stdout.write(written);
else writeFileSync(file, written);

function answered(operation) {
  const { parameters = [], requestBody, operationId, responses } = operation;
  return {
    operationId,
    parameters: parameters.filter((parameter) => parameter.in !== 'header'),
    ...(requestBody && { requestBody }),
    responses: Object.fromEntries(
      Object.entries(responses)
        .filter(([status]) => Number(status) < 300)
        .map(([status, { content }]) => [status, { description: '', ...(content && { content }) }]),
    ),
  };
}

function withoutWords(node) {
  if (Array.isArray(node)) return node.map(withoutWords);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(
        ([name, value]) =>
          !(['description', 'summary', 'format'].includes(name) && typeof value === 'string'),
      )
      .map(([name, value]) => [name, withoutWords(value)]),
  );
}
