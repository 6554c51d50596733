import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nothingAllowed } from '../../agent/allow-list.js';
import type { ExecutorContext, ProgressUpdate } from '../../agent/executor.js';
import { findExecutor } from '../../agent/executors/registry.js';
import type { Outcome } from '../../agent/outcome.js';
import { maxOutputBytes } from '../../agent/reportable.js';
import { systemToolDirectories } from '../../agent/system-tools.js';

/** The real machine, nothing allowed, nobody listening to progress, unless the test says otherwise. */
export function executorContext(changes: Partial<ExecutorContext> = {}): ExecutorContext {
  return {
    signal: new AbortController().signal,
    progress: () => undefined,
    limits: { outputBytes: maxOutputBytes },
    allowList: nothingAllowed,
    toolDirectories: systemToolDirectories,
    ...changes,
  };
}

export async function execute(
  type: string,
  parameters: unknown,
  changes: Partial<ExecutorContext> = {},
): Promise<Outcome> {
  const executor = findExecutor(type);
  if (executor === null) throw new Error(`There is no executor for ${type}.`);
  return await executor.execute(parameters, executorContext(changes));
}

export function collectProgress(): { updates: ProgressUpdate[]; progress: ExecutorContext['progress'] } {
  const updates: ProgressUpdate[] = [];
  return { updates, progress: (update) => updates.push(update) };
}

/** A program of the test's own in place of a system tool. */
export async function installTool(directory: string, name: string, script: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}
