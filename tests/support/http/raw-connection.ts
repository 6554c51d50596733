import { once } from 'node:events';
import { connect } from 'node:net';

export interface RawConnection {
  write(bytes: string): void;
  /** What the server has said so far. */
  said(): string;
  /** Everything that it said until it hung up. */
  readonly ended: Promise<string>;
}

/** A connection on which every byte is the caller's own. */
export async function openRawConnection(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await once(socket, 'connect');
  const said = (): string => Buffer.concat(chunks).toString();
  return {
    write: (bytes) => void socket.write(bytes),
    said,
    ended: once(socket, 'close').then(said),
  };
}

/** Everything that the server says to these bytes until it hangs up. */
export async function say(url: string, bytes: string): Promise<string> {
  const connection = await openRawConnection(url);
  connection.write(bytes);
  return connection.ended;
}
