import { z } from 'zod';

/** The gateway understood and said no; `code` is its stable name, empty when a proxy spoke in its place. */
export class GatewayRefusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly retryAfterMs: number | null;

  constructor(status: number, code: string, detail: string, retryAfterMs: number | null) {
    super(detail);
    this.name = 'GatewayRefusal';
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Nobody knows whether the request was carried out: no answer, half an answer, or one that makes no sense. */
export class GatewayUnreachable extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'GatewayUnreachable';
  }
}

const problem = z.object({
  code: z.string().catch(''),
  detail: z.string().optional(),
  title: z.string().optional(),
});

/** Of an HTTP answer: its status line, its `Retry-After` and its text, which is a problem or a proxy's page. */
export function refusalOf(
  status: number,
  statusText: string,
  retryAfter: string | null,
  text: string,
): GatewayRefusal {
  const parsed = problem.safeParse(parseJson(text));
  const { code, detail, title } = parsed.success ? parsed.data : { code: '' };
  return new GatewayRefusal(status, code, detail ?? title ?? statusText, retryAfterOf(retryAfter));
}

/** The value, or undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function retryAfterOf(header: string | null): number | null {
  if (header === null) return null;
  // The date form would need a clock that agrees with the server's; back-off alone serves then.
  return /^\d{1,6}$/.test(header.trim()) ? Number(header) * 1000 : null;
}
