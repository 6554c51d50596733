import type { LiveSocket, SocketEars } from './live-connection.js';

/** The browser's own socket to this gateway. */
export function openBrowserSocket(path: string, ears: SocketEars): LiveSocket {
  const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}${path}`);
  socket.onopen = () => ears.opened();
  socket.onmessage = ({ data }) => ears.heard(data);
  socket.onclose = ({ code }) => ears.closed(code);
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: () => socket.close(1000),
  };
}
