import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lifecycle } from '../../src/composition/lifecycle.js';
import type { Bench } from '../bench.js';
import { payload } from '../fleet.js';
import { loadPeer } from '../peers.js';
import { freePort } from '../services/free-port.js';
import type { Pusher } from './pushers.js';
import { missing } from './pushers.js';

interface MqttClient {
  publishAsync(topic: string, text: string, options: { readonly qos: 1 }): Promise<unknown>;
  subscribeAsync(topic: string, options: { readonly qos: 1 }): Promise<unknown>;
  on(event: 'message', listener: (topic: string) => void): void;
  end(force: boolean): void;
}
interface MqttPackage {
  readonly connectAsync: (url: string, options: object) => Promise<MqttClient>;
}

/**
 * A publish with QoS 1 to somebody who has subscribed with QoS 1, through a broker that keeps nothing on disk: what is
 * possible when a command need not survive. Null where there is no such program.
 */
export async function mosquittoPusher({ lifecycle, note }: Bench, size: number): Promise<Pusher | null> {
  const url = await startMosquitto(lifecycle);
  if (url === null) {
    note('Mosquitto is not compared with: there is no such program.');
    return null;
  }
  const { connectAsync } = loadPeer('mqtt') as MqttPackage;
  const arrived = new Map<string, (at: number) => void>();
  const seats: { readonly topic: string; readonly from: MqttClient; readonly to: MqttClient }[] = [];
  for (let number = 0; number < size; number += 1) {
    const topic = `devices/${String(number)}/commands`;
    const from = await connectAsync(url, {});
    const to = await connectAsync(url, {});
    to.on('message', (heard) => arrived.get(heard)?.(performance.now()));
    await to.subscribeAsync(topic, { qos: 1 });
    seats.push({ topic, from, to });
  }
  const text = JSON.stringify({ type: 'http_check', parameters: payload });
  return {
    name: 'Mosquitto, QoS 1, nothing on disk',
    push: async (number) => {
      const { topic, from } = seats[number] ?? missing();
      const { promise, resolve } = Promise.withResolvers<number>();
      arrived.set(topic, resolve);
      const begun = performance.now();
      const [at] = await Promise.all([promise, from.publishAsync(topic, text, { qos: 1 })]);
      return at - begun;
    },
    settle: () => Promise.resolve(),
    close: () => {
      for (const { from, to } of seats) {
        from.end(true);
        to.end(true);
      }
    },
  };
}

async function startMosquitto(lifecycle: Lifecycle): Promise<string | null> {
  const folder = await mkdtemp(join(tmpdir(), 'fieldgate-bench-mosquitto-'));
  const port = await freePort();
  const settings = join(folder, 'mosquitto.conf');
  await writeFile(
    settings,
    `listener ${String(port)} 127.0.0.1\nallow_anonymous true\npersistence false\nset_tcp_nodelay true\n`,
  );
  const broker = spawn('mosquitto', ['-c', settings], {
    stdio: 'ignore',
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` },
  });
  const gone = once(broker, 'exit').catch(() => undefined);
  lifecycle.opened('mosquitto', async () => {
    if (broker.pid !== undefined && broker.kill('SIGTERM')) await gone;
    await rm(folder, { recursive: true, force: true });
  });
  const missing = await Promise.race([once(broker, 'error'), once(broker, 'spawn').then(() => null)]);
  return missing === null ? `mqtt://127.0.0.1:${String(port)}` : null;
}
