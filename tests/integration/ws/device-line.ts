import type { ClaimedJson, TestDevice } from '../../support/api-client.js';
import { ApiClient } from '../../support/api-client.js';
import type { SocketMessage } from '../../support/socket-client.js';
import { SocketClient } from '../../support/socket-client.js';

/** A new token of the device. */
export async function tokenOf(
  url: string,
  { id, secret }: Pick<TestDevice, 'id' | 'secret'>,
): Promise<string> {
  const credentials = { deviceId: id, deviceSecret: secret };
  const { body } = await new ApiClient(url).post<{ token: string }>('/api/v1/device/auth', credentials);
  return body.token;
}

/** The device, connected to this gateway and greeted. */
export async function connectDevice(
  url: string,
  device: Pick<TestDevice, 'id' | 'secret'>,
  token?: string,
): Promise<SocketClient> {
  const authorization = `Bearer ${token ?? (await tokenOf(url, device))}`;
  const line = await SocketClient.open(url, '/ws/device', { authorization });
  await line.next({ type: 'welcome' });
  return line;
}

/** A command that was pushed. */
export interface PushedJson {
  readonly command: ClaimedJson;
  readonly attemptId: string;
}

export async function pushed(line: SocketClient, withinMs?: number): Promise<PushedJson> {
  return asPushed(await line.next({ type: 'command' }, withinMs));
}

export const allPushed = (line: SocketClient): readonly PushedJson[] => line.all('command').map(asPushed);

const asPushed = (message: SocketMessage): PushedJson => message as unknown as PushedJson;

/** The device is done with it. */
export async function finish(line: SocketClient, { command }: PushedJson): Promise<SocketMessage> {
  const { id: commandId, claimToken } = command;
  return line.ask({ type: 'result', commandId, claimToken, status: 'succeeded' });
}
