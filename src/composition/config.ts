import { isIP } from 'node:net';
import { z } from 'zod';
import type { TraceSettings } from '../infrastructure/telemetry/trace-settings.js';
import { flag, integer, optionalInteger, problemsOf, text, url } from './config-fields.js';
import { readTraceSettings } from './trace-config.js';

const list = text.transform((value) =>
  (value ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

/** Every item has to fit. */
const listOf = (fits: (item: string) => boolean, example: string) =>
  list.refine((items) => items.every(fits), `must be a list like ${example}`);

const isNode = (item: string): boolean =>
  (URL.parse(item.includes('://') ? item : `redis://${item}`)?.hostname ?? '') !== '' && !/\s/.test(item);

const isOrigin = (item: string): boolean => URL.parse(item)?.origin === item;

/** Names for ranges of addresses, as the HTTP server knows them. */
const namedRanges = ['loopback', 'linklocal', 'uniquelocal'];

/** An address, a network or a named range, as the proxies' own addresses are given. */
function isProxy(item: string): boolean {
  if (namedRanges.includes(item)) return true;
  const [address = '', bits, rest] = item.split('/');
  const family = isIP(address);
  const most = family === 4 ? 32 : 128;
  return (
    family !== 0 &&
    rest === undefined &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most))
  );
}

/** The proxies in front: none, whoever connects, or these. */
const proxies = list.transform((items, context): boolean | string[] => {
  const [only = 'false', second] = items;
  if (second === undefined && (only === 'true' || only === 'false')) return only === 'true';
  if (items.every(isProxy)) return items;
  context.addIssue({ code: 'custom', message: 'must be true, false, or a list like 10.0.0.0/8,loopback' });
  return z.NEVER;
});

/** Of the requests that are served: all, a share of them, none of them; null: not even of those that are not. */
const requestLogShare = text.transform((value = 'all', context): number | null => {
  if (value === 'all') return 1;
  if (value === 'errors') return 0;
  if (value === 'none') return null;
  const share = /^[01](\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (share <= 1) return share;
  context.addIssue({ code: 'custom', message: 'must be all, errors, none or a share like 0.01' });
  return z.NEVER;
});

const privateKey = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  d: z.string().refine((seed) => Buffer.from(seed, 'base64url').length === 32),
});

/** One key, or a ring of them. */
const signingKey = z.union([privateKey, z.object({ signing: z.string(), keys: z.array(privateKey).min(1) })]);

/** As far as it shows without using it; whether its two halves belong together, the signing adapter sees. */
function isPrivateKey(value: string): boolean {
  try {
    return signingKey.safeParse(JSON.parse(value)).success;
  } catch {
    return false;
  }
}

/** A database may be reached through a socket, whose folder stands where the host does, or in the query. */
function isDatabase(value: string): boolean {
  const url = /^postgres(ql)?:\/\//.test(value) ? URL.parse(value) : null;
  return url !== null && (url.hostname !== '' || url.searchParams.has('host'));
}

/** Every setting there is, by the name of its environment variable. Durations are in milliseconds. */
const environment = z.object({
  NODE_ENV: text,
  ALLOW_EMBEDDED: flag,
  PORT: integer(0, 65_535, 8_080),
  HOST: text,
  DATABASE_URL: text.refine((value) => value === undefined || isDatabase(value), {
    message: 'must look like postgres://user:password@host:5432/database',
  }),
  DATABASE_POOL_SIZE: integer(2, 100, 10),
  REDIS_URL: url(/^rediss?:\/\//, 'redis://host:6379'),
  REDIS_CLUSTER_NODES: listOf(isNode, 'host:6379,other:6379'),
  REDIS_SENTINELS: listOf(isNode, 'host:26379,other:26379'),
  REDIS_SENTINEL_NAME: text,
  REDIS_PREFIX: text
    .transform((value) => value ?? 'fg')
    .refine((value) => /^[a-z0-9-]{1,32}$/.test(value), {
      message: 'must be 1 to 32 of a-z, 0-9 and -',
    }),
  BUILD_ID: text,
  SUPABASE_URL: url(/^https?:\/\//, 'https://<project>.supabase.co'),
  SUPABASE_SECRET_KEY: text,
  SUPABASE_PUBLISHABLE_KEY: text,
  SUPABASE_JWT_SECRET: text.refine((value) => value === undefined || Buffer.byteLength(value) >= 32, {
    message: 'must have at least 32 bytes',
  }),
  DATA_DIR: text.transform((value) => value ?? './.fieldgate'),
  BOOTSTRAP_ADMIN_EMAIL: text.refine((value) => value === undefined || /^[^\s@]+@[^\s@]+$/.test(value), {
    message: 'must be an e-mail address',
  }),
  BOOTSTRAP_ADMIN_PASSWORD: text.refine((value) => value === undefined || value.length >= 8, {
    message: 'must have at least 8 characters',
  }),
  GRANT_SIGNING_KEY: text.refine((value) => value === undefined || isPrivateKey(value), {
    message: 'must be an Ed25519 private key as a JWK, or a ring of such keys',
  }),
  CORS_ORIGINS: listOf(isOrigin, 'https://portal.example,https://other.example'),
  TRUST_PROXY: proxies,
  LOG_LEVEL: text
    .transform((value) => value ?? 'info')
    .pipe(z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])),
  LOG_REQUESTS: requestLogShare,
  METRICS_PORT: optionalInteger(0, 65_535),
  SHUTDOWN_GRACE_MS: integer(0, 120_000, 30_000),
  SHUTDOWN_NOTICE_MS: optionalInteger(0, 60_000),
  KEEP_ALIVE_TIMEOUT_MS: integer(1_000, 4_000_000, 65_000),
  HEADERS_TIMEOUT_MS: integer(1_000, 4_000_000, 20_000),
  REQUEST_TIMEOUT_MS: integer(1_000, 4_000_000, 50_000),
  SOCKET_PING_MS: integer(1_000, 300_000, 25_000),
  SOCKETS_PER_CUSTOMER: integer(1, 100_000, 2_000),
  RETENTION_COMMANDS_DAYS: integer(0, 36_500, 365),
  RETENTION_ACTIVITY_DAYS: integer(0, 36_500, 0),
  MAX_OPEN_COMMANDS: integer(1, 100_000, 1_000),
  RATE_DEVICE_PER_MINUTE: integer(1, 1_000_000, 600),
  RATE_USER_PER_MINUTE: integer(1, 1_000_000, 1_000),
  RATE_SIGN_IN_PER_DEVICE: integer(1, 1_000_000, 10),
  RATE_SIGN_IN_PER_ADDRESS: integer(1, 1_000_000, 60),
});

type Environment = z.infer<typeof environment>;

export interface Config extends Omit<Environment, 'HOST' | 'SHUTDOWN_NOTICE_MS'> {
  readonly HOST: string;
  readonly SHUTDOWN_NOTICE_MS: number;
  readonly production: boolean;
  /** Null: nothing is traced. */
  readonly traces: TraceSettings | null;
}

/** All that is wrong with a configuration, a line each. It names variables and never shows their values. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** Reads the configuration from environment variables; throws `ConfigError` with every problem at once. */
export function readConfig(variables: Readonly<Record<string, string | undefined>>): Config {
  const parsed = environment.safeParse(variables);
  const { traces, problems: traceProblems } = readTraceSettings(variables);
  const problems = [
    ...(parsed.success ? contradictions(parsed.data) : problemsOf(parsed.error)),
    ...traceProblems,
    ...missing(variables),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  const settings = parsed.data;
  const embedded = settings.DATABASE_URL === undefined;
  return {
    ...settings,
    SHUTDOWN_NOTICE_MS: noticeOf(settings),
    HOST: settings.HOST ?? (embedded ? '127.0.0.1' : '0.0.0.0'),
    production: settings.NODE_ENV === 'production',
    traces,
  };
}

/** What is needed beside what is there, whether or not that is well formed: all problems are told at once. */
function missing(variables: Readonly<Record<string, string | undefined>>): string[] {
  const problems: string[] = [];
  const isSet = (name: keyof Environment): boolean => (variables[name] ?? '').trim() !== '';
  const redis = (['REDIS_URL', 'REDIS_CLUSTER_NODES', 'REDIS_SENTINELS'] as const).filter(isSet);
  if (redis.length > 1) problems.push(`${redis.join(' and ')} exclude one another`);
  if (isSet('REDIS_SENTINELS') && !isSet('REDIS_SENTINEL_NAME')) {
    problems.push('REDIS_SENTINEL_NAME is needed with REDIS_SENTINELS');
  }
  if (isSet('SUPABASE_JWT_SECRET') && !isSet('SUPABASE_URL')) {
    problems.push('SUPABASE_URL is needed with SUPABASE_JWT_SECRET: it names the issuer of the tokens');
  }
  const embeddable = ['true', '1'].includes((variables['ALLOW_EMBEDDED'] ?? '').trim());
  if ((variables['NODE_ENV'] ?? '').trim() !== 'production' || embeddable) return problems;
  const needed = 'is needed in production (or ALLOW_EMBEDDED=true)';
  for (const name of ['DATABASE_URL', 'SUPABASE_URL', 'GRANT_SIGNING_KEY'] as const) {
    if (!isSet(name)) problems.push(`${name} ${needed}`);
  }
  if (redis.length === 0) problems.push(`REDIS_URL, REDIS_CLUSTER_NODES or REDIS_SENTINELS ${needed}`);
  return problems;
}

function contradictions(settings: Environment): string[] {
  const problems: string[] = [];
  if (settings.METRICS_PORT === settings.PORT && settings.PORT !== 0) {
    problems.push('METRICS_PORT must be another port than PORT');
  }
  if (settings.SHUTDOWN_NOTICE_MS !== null && noticeOf(settings) > settings.SHUTDOWN_GRACE_MS / 2) {
    problems.push('SHUTDOWN_NOTICE_MS must be at most half of SHUTDOWN_GRACE_MS');
  }
  // Node takes the longer one for the request, whichever it is.
  if (settings.HEADERS_TIMEOUT_MS > settings.REQUEST_TIMEOUT_MS) {
    problems.push('HEADERS_TIMEOUT_MS must not be longer than REQUEST_TIMEOUT_MS');
  }
  return problems;
}

/** A second, and less where the whole stop has to be quick. */
const noticeOf = ({ SHUTDOWN_NOTICE_MS, SHUTDOWN_GRACE_MS }: Environment): number =>
  SHUTDOWN_NOTICE_MS ?? Math.min(1_000, Math.floor(SHUTDOWN_GRACE_MS / 5));
