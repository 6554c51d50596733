import type { ExecutorContext } from '../executor.js';
import { failed, timedOut, toolMissing } from '../outcome.js';
import type { Outcome } from '../outcome.js';
import { runProcess } from '../process-runner.js';
import type { ProcessResult } from '../process-runner.js';

export interface ToolCall {
  /** Absolute path. */
  readonly file: string;
  readonly args: readonly string[];
  readonly timeLimitMs: number;
  /** Whether its output is shown while it runs. */
  readonly live?: boolean;
}

/** Either the tool ended by itself with an exit code, or the outcome that follows from how it was stopped. */
export type ToolRun =
  | { readonly ended: true; readonly code: number; readonly result: ProcessResult }
  | { readonly ended: false; readonly outcome: Outcome };

export async function runTool(call: ToolCall, context: ExecutorContext): Promise<ToolRun> {
  const result = await runProcess({
    ...call,
    outputLimitBytes: context.limits.outputBytes,
    signal: context.signal,
    ...(call.live === true ? { onOutput: (output: string) => context.progress({ output }) } : {}),
  });
  if (result.end.kind === 'exited') return { ended: true, code: result.end.code, result };
  return { ended: false, outcome: outcomeOf(call, result) };
}

function outcomeOf(call: ToolCall, result: ProcessResult): Outcome {
  const { end, output } = result;
  switch (end.kind) {
    case 'not_started':
      return toolMissing(`${call.file} could not be started (${end.code}).`);
    case 'crashed':
      return failed('tool_crashed', `${call.file} was ended by ${end.signal}.`, { output });
    case 'killed':
      if (end.by === 'time_limit') {
        return timedOut(`${call.file} took longer than ${call.timeLimitMs} ms and was killed.`, { output });
      }
      if (end.by === 'output_limit') {
        return failed('output_limit', `${call.file} wrote too much and was killed.`, { output });
      }
      return failed('stopped', `${call.file} was stopped.`, { output });
    case 'exited':
      return failed('tool_failed', `${call.file} ended with code ${end.code}.`, { output });
  }
}

/** The failure of a tool that ended with an unwelcome code: its own last words are the best message. */
export function toolFailed(run: Extract<ToolRun, { ended: true }>): Outcome {
  const words = run.result.stderr.trim().split('\n').at(-1) ?? '';
  return failed('tool_failed', words === '' ? `The tool ended with code ${run.code}.` : words, {
    output: run.result.output,
  });
}
