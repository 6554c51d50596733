/**
 * Which of a device's connections counts: the newest one, whichever instance it is on. Ephemeral: a connection that the
 * store forgot counts again with its next `keep`. Rejects with `dependency_unavailable`.
 */
export interface DeviceConnections {
  /** From now on this is the device's connection, and no former one is. */
  open(deviceId: string, connectionId: string): Promise<void>;
  /** Whether it still is, and that it lives: one of which nothing is heard for 90 s is forgotten. */
  keep(deviceId: string, connectionId: string): Promise<boolean>;
  /** It is gone. Changes nothing when another one counts by now. */
  close(deviceId: string, connectionId: string): Promise<void>;
}
