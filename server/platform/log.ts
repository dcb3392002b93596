import pino from 'pino';

/** Structured log, one JSON object a line on standard error. Secrets and bodies never go in here. */
export type Log = pino.Logger;

/** Makes the log. `level` as in pino: debug, info, warn, error, silent. */
export function createLog(level = 'info'): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: true }));
}
