import { CommanderError } from 'commander';
import { AgentFailure, exitCodes } from './agent-failure.js';
import { createAgentLog } from './agent-log.js';
import type { AgentLog } from './agent-log.js';
import { runAgent } from './agent.js';
import { nothingAllowed, readAllowList } from './allow-list.js';
import { parseCommandLine } from './command-line.js';
import type { CommandLine } from './command-line.js';
import { usualLinkTimes } from './reconnect-plan.js';

async function main(): Promise<number> {
  let given: CommandLine;
  try {
    given = parseCommandLine(process.argv.slice(2));
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.badConfiguration;
    throw error;
  }
  const log = createAgentLog({
    level: given.logLevel,
    json: given.json,
    deviceId: given.deviceId,
    now: Date.now,
    write: (line) => process.stdout.write(line),
  });
  try {
    const allowList = given.config === null ? nothingAllowed : await readAllowList(given.config);
    warnOfPlainHttp(given.url, log);
    const around = {
      ...{ log, now: Date.now, random: Math.random },
      ...{ graceMs: 10_000, reportMs: 5_000, pollWaitMs: 25_000, progressEveryMs: 1_000 },
      linkTimes: usualLinkTimes,
    };
    await runAgent({ ...given, allowList }, around, stopSignal(log));
    return exitCodes.stopped;
  } catch (error) {
    if (error instanceof AgentFailure) {
      log.error(error.message);
      return error.exitCode;
    }
    log.error('the agent crashed', {
      reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    return exitCodes.crashed;
  }
}

/** Ctrl-C reaches a program started by npm twice, from the terminal and from npm: that is one wish, not two. */
const oneWishMs = 500;

/** Aborts on the first SIGTERM or SIGINT; a later second one ends the process where it stands. */
function stopSignal(log: AgentLog): AbortSignal {
  const stop = new AbortController();
  let firstAt = 0;
  const onSignal = (name: NodeJS.Signals): void => {
    if (!stop.signal.aborted) {
      firstAt = performance.now();
      log.info('stopping', { signal: name });
      stop.abort(new Error('The agent is stopping.'));
    } else if (performance.now() - firstAt > oneWishMs) {
      process.exit(exitCodes.crashed);
    }
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return stop.signal;
}

function warnOfPlainHttp(url: URL, log: AgentLog): void {
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol === 'http:' && !local) {
    log.warn("plain http: anybody on the way can read this device's secret");
  }
}

process.exitCode = await main();
