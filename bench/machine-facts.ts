import { execFileSync } from 'node:child_process';
import { arch, cpus, platform, totalmem } from 'node:os';
import { peerVersion } from './peers.js';

const peers = ['bullmq', 'bee-queue', 'pg-boss', 'graphile-worker', '@nats-io/jetstream', 'mqtt'];

/** What has to be known to compare one table with another. */
export function machineFacts(): string[] {
  const processors = cpus();
  const model = processors[0]?.model ?? '?';
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  return [
    `${new Date().toISOString()}, commit ${commit()}`,
    `${String(processors.length)} × ${model}, ${memory}, ${platform()} ${arch()}, Node ${process.version}`,
    peers.map((name) => `${name} ${peerVersion(name)}`).join(', '),
  ];
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return 'unknown';
  }
}
