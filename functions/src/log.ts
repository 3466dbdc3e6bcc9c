import { type LogSeverity, write } from 'firebase-functions/logger';

/** Structured logs, one JSON line each. Never prompts, answers, keys or tokens. */
export interface Logger {
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}

const at =
  (severity: LogSeverity) =>
  (message: string, fields: object = {}) =>
    write({ ...fields, severity, message });

export const logger: Logger = { info: at('INFO'), warn: at('WARNING'), error: at('ERROR') };
