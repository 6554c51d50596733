import type { Socket } from 'node:net';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { Ids } from '../../application/ports/ids.js';
import { problemMediaType, problemOf } from './problem.js';

const statusLines: ReadonlyMap<string, string> = new Map([
  ['HPE_HEADER_OVERFLOW', '431 Request Header Fields Too Large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', '408 Request Timeout'],
]);

/** Answers bytes that never became a request, and hangs up: nothing that follows them can be trusted. */
export function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: Socket, ids: Ids): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable && socket.bytesWritten === 0) {
    const statusLine = statusLines.get(error.code ?? '') ?? '400 Bad Request';
    const requestId = ids.uuid();
    const fault = generalFaults.invalid_request('This is not a well-formed HTTP request.');
    const body = JSON.stringify({ ...problemOf(fault, requestId), status: Number.parseInt(statusLine, 10) });
    socket.write(
      `HTTP/1.1 ${statusLine}\r\ncontent-type: ${problemMediaType}\r\ncontent-length: ${String(Buffer.byteLength(body))}\r\n` +
        `x-request-id: ${requestId}\r\nconnection: close\r\n\r\n${body}`,
    );
  }
  socket.destroySoon();
}
