import type { Logger } from './log.ts';

export interface LogLine {
  severity: 'info' | 'warn' | 'error';
  message: string;
  fields: Record<string, unknown>;
}

/** A logger that keeps what it is told. */
export function memoryLog(): Logger & { lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at =
    (severity: LogLine['severity']) =>
    (message: string, fields: object = {}) => {
      lines.push({ severity, message, fields: { ...fields } });
    };
  return { lines, info: at('info'), warn: at('warn'), error: at('error') };
}
