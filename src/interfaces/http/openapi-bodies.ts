import type { OpenAPIV3_1 } from 'openapi-types';

/** A body that may be null may be missing: that is how the document says it. */
export function withOptionalBodies({ paths = {}, ...document }: OpenAPIV3_1.Document): OpenAPIV3_1.Document {
  for (const operation of Object.values(paths).flatMap((methods) => Object.values(methods ?? {}))) {
    if (typeof operation !== 'object' || !('requestBody' in operation)) continue;
    const { requestBody } = operation;
    if (requestBody === undefined || '$ref' in requestBody) continue;
    const media = requestBody.content['application/json'];
    const either = (media?.schema as OpenAPIV3_1.SchemaObject | undefined)?.anyOf ?? [];
    const [schema, nothing, ...others] = either;
    if (media === undefined || schema === undefined || others.length > 0) continue;
    if (nothing === undefined || !('type' in nothing) || nothing.type !== 'null') continue;
    Object.assign(media, { schema });
    requestBody.required = false;
  }
  return { ...document, paths };
}
