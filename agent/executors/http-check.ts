import { request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { TLSSocket } from 'node:tls';
import { z } from 'zod';
import { errorName } from '../error-words.js';
import { agentVersion } from '../agent-version.js';
import { defineExecutor } from '../executor.js';
import type { ExecutorContext } from '../executor.js';
import { failed, succeeded, timedOut } from '../outcome.js';
import type { Outcome } from '../outcome.js';
import { connectionFailure } from './connection-failure.js';
import { timeoutMs } from './parameter-shapes.js';

const parameters = z.strictObject({
  url: z
    .string()
    .max(2048)
    .refine(isWebAddress, 'must be an http or https address without user, password or control characters'),
  method: z.enum(['GET', 'HEAD']).default('GET'),
  expectStatus: z.int().min(100).max(599).optional(),
  timeoutMs: timeoutMs.default(10_000),
});

/** Enough to time a page; a download is not a check. */
const maxBodyBytes = 1_048_576;

/**
 * One request, no redirects followed. The page itself stays on the device: what an address inside a customer's
 * network serves is nobody's business here, only whether and how fast it answers.
 */
export const httpCheck = defineExecutor('http_check', parameters, async (given, context) => {
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(given.timeoutMs)]);
  const startedAt = performance.now();
  const sinceStart = (): number => Math.round(performance.now() - startedAt);
  try {
    const response = await open(given.url, given.method, signal);
    const firstByteMs = sinceStart();
    // Asked for now: a closed connection remembers no certificate.
    const certificate = certificateOf(response);
    const bytes = await drain(response);
    const status = response.statusCode ?? 0;
    const data = {
      ...{ url: given.url, method: given.method, status, bytes, firstByteMs, totalMs: sinceStart() },
      contentType: response.headers['content-type'] ?? null,
      location: response.headers.location ?? null,
      ...(certificate === null ? {} : { certificate }),
    };
    const output = `${given.method} ${given.url} → ${status} in ${data.totalMs} ms, ${bytes} bytes`;
    const asExpected = given.expectStatus === undefined ? status < 400 : status === given.expectStatus;
    if (asExpected) return succeeded({ output, data });
    const expected = given.expectStatus === undefined ? 'below 400' : String(given.expectStatus);
    return failed('unexpected_status', `The status is ${status}, expected ${expected}.`, { output, data });
  } catch (error) {
    return outcomeOf(error, given.timeoutMs, context);
  }
});

function isWebAddress(text: string): boolean {
  if (/[\p{Cc}\s]/u.test(text) || !URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return ['http:', 'https:'].includes(protocol) && username === '' && password === '';
}

function open(url: string, method: string, signal: AbortSignal): Promise<IncomingMessage> {
  const request = url.toLowerCase().startsWith('https:') ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      ...{ method, signal, agent: false },
      headers: { 'user-agent': `fieldgate-agent/${agentVersion}`, accept: '*/*' },
    });
    sent.on('response', resolve);
    sent.on('error', reject);
    sent.end();
  });
}

async function drain(response: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const chunk of response) {
    bytes += (chunk as Buffer).length;
    if (bytes >= maxBodyBytes) break;
  }
  return bytes;
}

function certificateOf(response: IncomingMessage): Readonly<Record<string, unknown>> | null {
  if (!(response.socket instanceof TLSSocket)) return null;
  const found = response.socket.getPeerX509Certificate();
  return found === undefined
    ? null
    : { subject: found.subject, issuer: found.issuer, validTo: found.validTo };
}

function outcomeOf(error: unknown, limitMs: number, context: ExecutorContext): Outcome {
  if (context.signal.aborted) return failed('stopped', 'The check was stopped.');
  if (errorName(error) === 'AbortError') return timedOut(`No answer within ${limitMs} ms.`);
  return connectionFailure(error);
}
