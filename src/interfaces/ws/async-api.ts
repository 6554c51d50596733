import { z } from 'zod';
import { problemSchema } from '../http/problem.js';
import { durationMs } from '../http/time-fields.js';
import type { Announcement } from './message-rule.js';
import type { SocketAudience, SocketPeer, SocketSession } from './socket-audience.js';

/** A JSON Schema, or any other part of the document. */
type Part = Readonly<Record<string, unknown>>;

/** What is told of an audience. */
export type DescribedAudience = Pick<
  SocketAudience<SocketSession, SocketPeer>,
  'name' | 'summary' | 'security' | 'path' | 'rules' | 'announcements' | 'welcome' | 'credentials'
>;

/** AsyncAPI 3 (https://www.asyncapi.com/docs/reference/specification/v3.0.0), from the schemas that parse messages. */
export function describeSockets(audiences: readonly DescribedAudience[], version: string): Part {
  const schemas: Record<string, Part> = {};
  const described = audiences.map((audience) => describe(audience, schemas));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Fieldgate, live',
      version,
      description:
        'What is said over sockets: one JSON object with a `type` in each text frame. A reply repeats the `id` of what ' +
        'it answers. Binary frames, bigger frames than a channel allows and more than 20 messages a second (60 at ' +
        'once) close the connection. The gateway pings every 25 s and drops a peer that misses two.',
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    defaultContentType: 'application/json',
    servers: { gateway: { host: 'localhost:8080', protocol: 'wss', description: 'This gateway.' } },
    channels: Object.assign({}, ...described.map(({ channel }) => channel)) as Part,
    operations: Object.assign({}, ...described.map(({ operations }) => operations)) as Part,
    components: {
      messages: Object.assign({}, ...described.map(({ messages }) => messages)) as Part,
      schemas,
      securitySchemes,
    },
  };
}

const bearer = { type: 'http', scheme: 'bearer' };

/** Shown in `Authorization` with the handshake, or in the first message. */
const securitySchemes = {
  deviceToken: { ...bearer, description: 'A device token, from a sign-in.' },
  accessToken: { ...bearer, bearerFormat: 'JWT', description: 'The access token of a person.' },
  apiKey: { ...bearer, bearerFormat: 'fgk_', description: 'The API key of a service account.' },
} as const;

interface Described {
  readonly channel: Part;
  readonly operations: Part;
  readonly messages: Part;
}

/** One way of a message: the schemas of its members beside the envelope, from the outside. */
interface MessageShape {
  readonly type: string;
  readonly summary: string;
  readonly description?: string | undefined;
  readonly body: z.ZodObject;
  readonly from: 'peer' | 'gateway';
  readonly isReply?: boolean;
}

function describe(audience: DescribedAudience, schemas: Record<string, Part>): Described {
  const { name, summary, path, rules } = audience;
  const security = audience.security.map((scheme) => ({ $ref: `#/components/securitySchemes/${scheme}` }));
  const shapes = shapesOf(audience);
  const keyOf = (type: string): string => `${name}.${type}`;
  const messages = shapes.map((shape): [string, Part] => [keyOf(shape.type), messageOf(shape, schemas)]);
  const here = (type: string): Part => ({ $ref: `#/channels/${name}/messages/${escaped(type)}` });
  const asked = [
    { type: 'auth', summary: 'Say who it is', reply: 'welcome' },
    ...Object.entries(rules).map(([type, rule]) => ({ type, summary: rule.summary, reply: rule.reply.type })),
  ];
  const said = shapes.filter(({ from, isReply }) => from === 'gateway' && isReply !== true);
  return {
    channel: {
      [name]: {
        address: path,
        summary,
        messages: Object.fromEntries(
          shapes.map(({ type }) => [type, { $ref: `#/components/messages/${escaped(keyOf(type))}` }]),
        ),
        bindings: { ws: { method: 'GET', bindingVersion: '0.1.0' } },
      },
    },
    operations: Object.fromEntries([
      ...asked.map(({ type, summary: what, reply }) => [
        keyOf(type),
        {
          action: 'receive',
          summary: what,
          channel: { $ref: `#/channels/${name}` },
          messages: [here(type)],
          security,
          reply: { channel: { $ref: `#/channels/${name}` }, messages: [here(reply), here('error')] },
        },
      ]),
      ...said.map(({ type, summary: what }) => [
        keyOf(type),
        {
          action: 'send',
          summary: what,
          channel: { $ref: `#/channels/${name}` },
          messages: [here(type)],
          security,
        },
      ]),
    ]) as Part,
    messages: Object.fromEntries(messages),
  };
}

const goodbye = z.strictObject({
  reason: z.string(),
  reconnectInMs: durationMs.describe('Come back within this time, at a random moment: others do too.'),
});

/** What everybody hears, whatever they are. */
const common: Readonly<Record<string, Announcement>> = {
  goodbye: { summary: 'This instance stops: finish, and connect to another one', body: goodbye },
};

function shapesOf({
  rules,
  announcements,
  welcome,
  credentials,
}: DescribedAudience): readonly MessageShape[] {
  const entries = Object.entries(rules);
  const gateway = { from: 'gateway', isReply: true } as const;
  const shapes: readonly MessageShape[] = [
    { type: 'auth', summary: 'Who it is', body: credentials, from: 'peer' },
    { type: 'welcome', summary: 'Signed in', body: welcome, ...gateway },
    ...entries.map(([type, { summary, description, body }]): MessageShape => {
      return { type, summary, description, body, from: 'peer' };
    }),
    ...entries.map(([type, { reply }]): MessageShape => {
      return { type: reply.type, summary: `The answer to ${type}`, body: reply.body, ...gateway };
    }),
    ...Object.entries({ ...announcements, ...common }).map(([type, { summary, body }]): MessageShape => {
      return { type, summary, body, from: 'gateway' };
    }),
    {
      type: 'error',
      summary: 'What was said is refused, or could not be done',
      body: z.strictObject({ problem: problemSchema }),
      ...gateway,
    },
  ];
  // One word may be an answer and an announcement, such as `welcome`, which is said to whoever signed in with a header.
  return [...new Map(shapes.map((shape) => [shape.type, shape])).values()];
}

const messageId = { oneOf: [{ type: 'string', minLength: 1, maxLength: 128 }, { type: 'integer' }] };

function messageOf(
  { type, summary, description, body, from }: MessageShape,
  schemas: Record<string, Part>,
): Part {
  const schema = jsonSchemaOf(body, from === 'peer' ? 'input' : 'output', schemas);
  const { properties = {}, required = [] } = schema as { properties?: Part; required?: readonly string[] };
  return {
    name: type,
    summary,
    ...(description !== undefined && { description }),
    payload: {
      ...schema,
      properties: {
        type: { const: type },
        id: { ...messageId, description: 'Repeated by the answer.' },
        requestId: {
          type: 'string',
          description: 'Under which everything that this causes is found; made up when it is not given.',
        },
        ...properties,
      },
      required: ['type', ...required],
    },
  };
}

/** Named schemas go to the components, where all messages share them. */
function jsonSchemaOf(schema: z.ZodObject, io: 'input' | 'output', schemas: Record<string, Part>): Part {
  const made = z.toJSONSchema(schema, { target: 'draft-7', io, unrepresentable: 'any' });
  const text = JSON.stringify(made).replaceAll('"#/definitions/', '"#/components/schemas/');
  const { definitions = {}, ...rest } = JSON.parse(text) as Part & { definitions?: Part };
  for (const [name, definition] of Object.entries(definitions)) schemas[name] = definition as Part;
  // The document has one dialect for all of them.
  return Object.fromEntries(Object.entries(rest).filter(([member]) => member !== '$schema'));
}

/** In a JSON pointer (RFC 6901). */
const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
