import type { z } from 'zod';
import type { AllowList } from './allow-list.js';
import { refused } from './outcome.js';
import type { Outcome } from './outcome.js';

export interface ProgressUpdate {
  readonly percent?: number;
  readonly message?: string;
  /** A piece of output as it appears; what comes too fast is shortened, the result has it all. */
  readonly output?: string;
}

export interface ExecutorContext {
  /** Aborts when the work must stop: cancelled, claim lost, agent stopping. */
  readonly signal: AbortSignal;
  readonly progress: (update: ProgressUpdate) => void;
  readonly limits: { readonly outputBytes: number };
  readonly allowList: AllowList;
  /** Where tools of the system are looked for; the agent's own PATH is not trusted. */
  readonly toolDirectories: readonly string[];
}

/** Does one type of command on this machine. Stops soon after the signal aborts; its outcome then says little. */
export interface Executor {
  readonly type: string;
  execute(parameters: unknown, context: ExecutorContext): Promise<Outcome>;
}

/** The device trusts no parameters: what does not fit the schema is refused before anything happens. */
export function defineExecutor<Parameters>(
  type: string,
  schema: z.ZodType<Parameters>,
  run: (parameters: Parameters, context: ExecutorContext) => Promise<Outcome>,
): Executor {
  return {
    type,
    execute: async (parameters, context) => {
      const parsed = schema.safeParse(parameters);
      if (!parsed.success) return refused('invalid_parameters', problemsOf(parsed.error));
      return await run(parsed.data, context);
    },
  };
}

function problemsOf(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'parameters'}: ${issue.message}`).join('; ');
}
