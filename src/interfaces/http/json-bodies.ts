import type { FastifyInstance } from 'fastify';
import { generalFaults } from '../../domain/shared/general-faults.js';

/** A refusal to guess: bytes that are not UTF-8 are not replaced. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Bodies are JSON in UTF-8 or nothing at all. Keys that would reach an object's prototype are refused. */
export function acceptOnlyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (body.length === 0) {
      done(null, null);
      return;
    }
    const text = decode(body);
    if (text === null) {
      done(generalFaults.invalid_request('The body is not UTF-8.'));
      return;
    }
    void parse(request, text, (error, value: unknown) => {
      if (error === null) done(null, value);
      else done(generalFaults.invalid_request('The body is not valid JSON.', { cause: error }));
    });
  });
}

function decode(body: string | Buffer): string | null {
  if (typeof body === 'string') return body;
  try {
    return utf8.decode(body);
  } catch {
    return null;
  }
}
