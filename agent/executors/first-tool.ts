import type { ExecutorContext } from '../executor.js';
import type { Outcome } from '../outcome.js';
import { findTool } from '../system-tools.js';
import { runTool, toolFailed } from './tool-run.js';

export interface ToolChoice {
  readonly name: string;
  readonly args: readonly string[];
}

/** `outcome` is null when the tool did its work. */
export interface FirstToolRun {
  readonly tool: string;
  readonly output: string;
  readonly outcome: Outcome | null;
}

const timeLimitMs = 30_000;

/**
 * Systems differ in which tool is installed and in which of the installed ones is in charge: tries them in
 * order until one succeeds, and answers the last failure otherwise. Null when none is installed.
 */
export async function runFirstTool(
  choices: readonly ToolChoice[],
  context: ExecutorContext,
): Promise<FirstToolRun | null> {
  let last: FirstToolRun | null = null;
  for (const { name, args } of choices) {
    const file = await findTool(name, context.toolDirectories);
    if (file === null) continue;
    const run = await runTool({ file, args, timeLimitMs, live: true }, context);
    if (!run.ended) return { tool: name, output: '', outcome: run.outcome };
    if (run.code === 0) return { tool: name, output: run.result.output, outcome: null };
    last = { tool: name, output: run.result.output, outcome: toolFailed(run) };
  }
  return last;
}
