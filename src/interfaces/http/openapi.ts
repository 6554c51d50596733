import swagger from '@fastify/swagger';
import type { SwaggerTransform, SwaggerTransformObject } from '@fastify/swagger';
import type { FastifyInstance, FastifySchema } from 'fastify';
import type { OpenAPIV3_1 } from 'openapi-types';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { emptyBody } from './empty-body.js';
import type { HttpServerOptions } from './http-server-options.js';
import { withOptionalBodies } from './openapi-bodies.js';
import { requestHeaders } from './openapi-headers.js';
import { problemResponses } from './openapi-problems.js';

/** Describes every route that is added after this. Complete once the server is ready. */
export function describeApi(app: FastifyInstance, { version }: HttpServerOptions): void {
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Fieldgate',
        version,
        description: 'The gate between devices in the field and the people who look after them.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/', description: 'This gateway.' }],
      tags: [
        { name: 'public', description: 'Open to everybody.' },
        { name: 'device', description: 'For devices.' },
        { name: 'customer', description: 'For people, and for programs that act for a customer.' },
      ],
      components: { securitySchemes },
    },
    transform,
    transformObject,
  });
}

const securitySchemes = {
  deviceToken: { type: 'http', scheme: 'bearer', description: 'A device token, from a sign-in.' },
  deviceTokenHeader: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Device-Token',
    description: 'A device token, where `Authorization` is taken.',
  },
  accessToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'The access token of a person. One who belongs to several customers names one in `X-Customer-ID`.',
  },
  apiKey: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'fgk_',
    description:
      'The API key of a service account: a program that acts for one customer, as operator at most. What takes a ' +
      'person is refused with `human_required`.',
  },
} as const;

const transform: SwaggerTransform<FastifySchema & { readonly hide?: boolean }> = (document) => {
  const { schema, url } = jsonSchemaTransform(document);
  if (document.schema?.hide === true) return { schema, url };
  const { body, querystring, params } = document.schema ?? {};
  const codes = document.route.config?.problems ?? [];
  const headers = requestHeaders(codes);
  const problems = problemResponses({
    codes,
    takesInput: [body, querystring, params].some((part) => part !== undefined),
    takesBody: body !== undefined,
  });
  const answers = Object.entries((schema.response ?? {}) as Record<string, object>).map(
    ([status, answer]): [string, object] => [
      status,
      status === '204'
        ? { ...answer, type: 'null', description: 'Done.' }
        : { description: 'The answer.', content: { 'application/json': { schema: answer } } },
    ],
  );
  const response = { ...problems, ...Object.fromEntries(answers) };
  const described = { ...schema, response, ...(headers !== null && { headers }) };
  // What takes nothing tolerates an empty object, which is not worth a word.
  if (body === emptyBody) delete described.body;
  return { schema: described, url };
};

/** Our named schemas describe answers only; the library also makes an input side of each, which nothing uses. */
const transformObject: SwaggerTransformObject = (document) => {
  const made = jsonSchemaTransformObject(document) as OpenAPIV3_1.Document;
  const schemas = Object.entries(made.components?.schemas ?? {}).filter(([name]) => !name.endsWith('Input'));
  return withOptionalBodies({
    ...made,
    components: { ...made.components, schemas: Object.fromEntries(schemas) },
  });
};
