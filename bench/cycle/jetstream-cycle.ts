import { AwaitedEnds } from '../awaited-ends.js';
import type { Bench } from '../bench.js';
import { payload } from '../fleet.js';
import { loadPeer } from '../peers.js';
import type { Contender } from '../rounds.js';

interface Message {
  readonly subject: string;
  ackAck(): Promise<boolean>;
}
interface JetStream {
  publish(subject: string, data: string): Promise<unknown>;
  readonly consumers: {
    get(
      stream: string,
      consumer: string,
    ): Promise<{
      consume(options: { max_messages: number; callback: (message: Message) => void }): Promise<unknown>;
    }>;
  };
}
interface JetStreamManager {
  readonly streams: { add(config: object): Promise<unknown>; delete(name: string): Promise<unknown> };
  readonly consumers: { add(stream: string, config: object): Promise<unknown> };
}
interface Connection {
  readonly info?: { readonly version: string };
  close(): Promise<void>;
}
interface Transport {
  readonly connect: (options: object) => Promise<Connection>;
}
interface JetStreamPackage {
  readonly jetstream: (connection: Connection) => JetStream;
  readonly jetstreamManager: (connection: Connection) => Promise<JetStreamManager>;
}

/**
 * A stream in files, published with an acknowledgement, pulled, and acknowledged with a confirmation. The server
 * confirms before its files are synchronised, which it does every two minutes unless it is told otherwise.
 */
export async function jetStreamCycle({ prefix, lifecycle, note }: Bench): Promise<Contender | null> {
  const { connect } = loadPeer('@nats-io/transport-node') as Transport;
  const { jetstream, jetstreamManager } = loadPeer('@nats-io/jetstream') as JetStreamPackage;
  const servers = process.env['NATS_URL'] ?? 'nats://127.0.0.1:4222';
  const connection = await connect({ servers, reconnect: false, timeout: 2_000 }).catch(() => null);
  if (connection === null) {
    note(`JetStream is not compared with: nobody answers at ${servers}.`);
    return null;
  }
  lifecycle.opened('NATS', () => connection.close());
  note(`NATS ${connection.info?.version ?? '?'}, JetStream in files, synchronised as the server is set`);
  const manager = await jetstreamManager(connection);
  await manager.streams.add({
    name: prefix,
    subjects: [`${prefix}.*`],
    storage: 'file',
    retention: 'workqueue',
  });
  lifecycle.opened('stream', async () => {
    await manager.streams.delete(prefix);
  });
  await manager.consumers.add(prefix, {
    durable_name: 'bench',
    ack_policy: 'explicit',
    max_ack_pending: -1,
  });
  const stream = jetstream(connection);
  const ends = new AwaitedEnds();
  const consumer = await stream.consumers.get(prefix, 'bench');
  await consumer.consume({
    max_messages: 500,
    callback: (message) => {
      void message.ackAck().then(() => ends.ended(Number(message.subject.split('.')[1])));
    },
  });
  const text = JSON.stringify(payload);
  return {
    name: 'JetStream',
    cycle: async () => {
      const key = ends.next();
      await stream.publish(`${prefix}.${String(key)}`, text);
      await ends.of(key);
    },
  };
}
