export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** Where the agent says what it does. Fields never hold a secret, a token or a command's output. */
export interface AgentLog {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export interface LogOptions {
  readonly level: LogLevel;
  readonly json: boolean;
  readonly deviceId: string;
  readonly now: () => number;
  readonly write: (line: string) => void;
}

/** One line an event: JSON for collectors, or `time LEVEL [device] message key=value` for people. */
export function createAgentLog(options: LogOptions): AgentLog {
  const threshold = logLevels.indexOf(options.level);
  const say = (level: LogLevel, message: string, fields: LogFields = {}): void => {
    if (logLevels.indexOf(level) < threshold) return;
    const time = new Date(options.now()).toISOString();
    const { deviceId } = options;
    options.write(
      options.json
        ? `${JSON.stringify({ time, level, deviceId, message, ...fields })}\n`
        : `${time} ${level.toUpperCase().padEnd(5)} [${deviceId}] ${message}${inWords(fields)}\n`,
    );
  };
  return {
    debug: (message, fields) => say('debug', message, fields),
    info: (message, fields) => say('info', message, fields),
    warn: (message, fields) => say('warn', message, fields),
    error: (message, fields) => say('error', message, fields),
  };
}

// Quoting keeps one event on one line, whatever a gateway or a tool put into a value.
function inWords(fields: LogFields): string {
  return Object.entries(fields)
    .map(([key, value]) => {
      const text = String(value);
      return ` ${key}=${/^[\w.:/@+-]+$/.test(text) ? text : JSON.stringify(text)}`;
    })
    .join('');
}
