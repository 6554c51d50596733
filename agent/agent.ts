import { badConfiguration } from './agent-failure.js';
import type { AgentLog } from './agent-log.js';
import { agentVersion } from './agent-version.js';
import type { AllowList } from './allow-list.js';
import { Bell } from './bell.js';
import { CommandIntake } from './command-intake.js';
import { interruptedResult } from './command-run.js';
import { lockDataDir } from './data-dir-lock.js';
import { findExecutor } from './executors/registry.js';
import { GatewayClient } from './gateway-client.js';
import { GatewayClock } from './gateway-clock.js';
import { GatewayLink } from './gateway-link.js';
import type { Transport } from './gateway-link.js';
import { GatewaySession } from './gateway-session.js';
import { GrantGuard } from './grant-guard.js';
import { beat } from './heartbeat-loop.js';
import { openJournal } from './journal.js';
import type { Journal } from './journal.js';
import { MachineMetrics } from './machine-metrics.js';
import { makePrivateDirectory } from './private-file.js';
import type { LinkTimes } from './reconnect-plan.js';
import { register } from './registration.js';
import { maxOutputBytes } from './reportable.js';
import { reportResult } from './result-report.js';
import type { ReportTools } from './result-report.js';
import { RunningCommands } from './running-commands.js';
import { settledWithin } from './settled-within.js';
import { readDeviceState } from './state-file.js';
import type { DeviceState } from './state-file.js';
import { systemToolDirectories } from './system-tools.js';
import { untilAborted } from './until-aborted.js';

export interface AgentOptions {
  readonly url: URL;
  readonly deviceId: string;
  readonly activationCode: string | null;
  readonly name: string | null;
  readonly dataDir: string;
  readonly allowList: AllowList;
  readonly capacity: number;
  readonly transport: Transport;
}

/** What tests set otherwise: time, chance and patience, the last in milliseconds. */
export interface AgentSurroundings {
  readonly log: AgentLog;
  readonly now: () => number;
  readonly random: () => number;
  /** For commands that are running when the agent is told to stop. */
  readonly graceMs: number;
  /** For their results afterwards. */
  readonly reportMs: number;
  readonly pollWaitMs: number;
  readonly progressEveryMs: number;
  readonly linkTimes: LinkTimes;
}

/**
 * Lives until `stop` aborts, then winds down and resolves. Rejects with an AgentFailure when it cannot go on:
 * bad configuration, a refused activation code, a retired device.
 */
export async function runAgent(
  options: AgentOptions,
  around: AgentSurroundings,
  stop: AbortSignal,
): Promise<void> {
  await makePrivateDirectory(options.dataDir);
  const lock = await lockDataDir(options.dataDir);
  try {
    const client = new GatewayClient(options.url);
    const state = await identify(options, client, around, stop);
    if (state === null) return;
    const { log, now, random } = around;
    const session = new GatewaySession({ client, state, log, random });
    const clock = new GatewayClock(now);
    const guard = new GrantGuard({ ...{ state, client, clock, log }, dataDir: options.dataDir });
    const journal = await openJournal(options.dataDir);
    try {
      await serve(options, around, { session, journal, clock, guard }, stop);
    } finally {
      await session.signOut(AbortSignal.timeout(2_000));
      await journal.close();
    }
  } finally {
    await lock.release();
  }
  around.log.info('agent stopped');
}

/** The saved identity, or a new one; null when told to stop before there was one. */
async function identify(
  options: AgentOptions,
  client: GatewayClient,
  around: AgentSurroundings,
  stop: AbortSignal,
): Promise<DeviceState | null> {
  const { deviceId, activationCode, name, dataDir } = options;
  const { log, random } = around;
  const saved = await readDeviceState(dataDir);
  if (saved !== null) {
    if (saved.deviceId === deviceId) return saved;
    throw badConfiguration(`${dataDir} belongs to the device "${saved.deviceId}", not to "${deviceId}".`);
  }
  if (activationCode === null) {
    throw badConfiguration(
      `There is no identity in ${dataDir} yet: start the agent once with --activation-code (FIELDGATE_ACTIVATION_CODE).`,
    );
  }
  try {
    return await register({ client, deviceId, activationCode, name, dataDir, log, random, signal: stop });
  } catch (error) {
    if (stop.aborted) return null;
    throw error;
  }
}

interface Served {
  readonly session: GatewaySession;
  readonly journal: Journal;
  readonly clock: GatewayClock;
  readonly guard: GrantGuard;
}

async function serve(
  options: AgentOptions,
  around: AgentSurroundings,
  served: Served,
  stop: AbortSignal,
): Promise<void> {
  const { log, now, random } = around;
  const { session, journal, clock, guard } = served;
  const leaving = new AbortController();
  const reports = new AbortController();
  const stopClaiming = AbortSignal.any([stop, leaving.signal]);
  const reporting = reports.signal;
  const changes = new Bell();
  const { progressEveryMs } = around;
  const context = {
    limits: { outputBytes: maxOutputBytes },
    allowList: options.allowList,
    toolDirectories: systemToolDirectories,
  };
  const running = new RunningCommands(
    options.capacity,
    { session, journal, guard, log, now, findExecutor, reporting, progressEveryMs, context },
    changes,
  );
  const link = new GatewayLink({
    ...{ session, log, random, changes, url: options.url, transport: options.transport },
    times: around.linkTimes,
    onCancel: (id) => running.cancel([id]),
  });
  const intake = new CommandIntake({
    ...{ link, session, running, changes, log, random, reporting },
    waitMs: around.pollWaitMs,
    stop: stopClaiming,
  });
  log.info('agent started', {
    version: agentVersion,
    gateway: options.url.origin,
    capacity: options.capacity,
  });
  const linking = link.keep(reporting);
  const beating = beat({ session, running, metrics: new MachineMetrics(), clock, log, signal: reporting });
  const claiming = resendUnsettled({ session, journal, log }, now, stopClaiming).then(() => intake.run());
  let graceMs = 0;
  try {
    const stopped = untilAborted(Promise.all([claiming, beating, linking]), stop);
    await stopped.catch((error: unknown) => {
      if (!stop.aborted) throw error;
    });
    graceMs = around.graceMs;
    if (running.ids().length > 0) log.info('stopping, commands may finish', { graceMs });
  } finally {
    leaving.abort();
    await running.finish(graceMs, around.reportMs);
    await settledWithin(claiming, around.reportMs);
    reports.abort();
    // Whichever of them failed first has been heard; the others only have to end.
    await Promise.allSettled([claiming, beating, linking]);
  }
}

/** What was owed when the agent last ended: results not acknowledged, and commands cut off by a crash. */
async function resendUnsettled(tools: ReportTools, now: () => number, signal: AbortSignal): Promise<void> {
  const { journal, log } = tools;
  try {
    for (const entry of journal.unsettled()) {
      if (entry.state === 'settled') continue;
      const { id, claimToken } = entry;
      log.info('reporting a command of the last run', { command: id });
      const result = entry.state === 'finished' ? entry.result : interruptedResult(now());
      if (entry.state === 'started') await journal.finished(id, claimToken, result);
      await reportResult({ id, claimToken: () => claimToken, result }, tools, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
