import { stripVTControlCharacters } from 'node:util';

/** What of the emulators' output is worth a line in the terminal; the rest is in the log file. */
export function terminalLine(line: string): string | undefined {
  const text = stripVTControlCharacters(line).trim();
  const mail =
    /^i?\s*To (verify the email address|reset the password for|sign in as) (.+?), follow this link: (\S+)$/.exec(
      text,
    );
  if (mail) return `Mail: to ${mail[1]} ${mail[2]}: ${mail[3]}`;
  const entry = parseEntry(text.replace(/^>\s*/, ''));
  if (entry && ['ERROR', 'CRITICAL', 'ALERT', 'EMERGENCY'].includes(String(entry['severity']))) {
    const where = entry['requestId'] ? ` (${String(entry['requestId'])})` : '';
    return `Function error${where}: ${String(entry['message'] ?? '')}`;
  }
  if (/functions: (Failed to|Your function (was killed|timed out))|^⚠.*(shut ?down|crash|exited)/i.test(text))
    return text;
  return undefined;
}

function parseEntry(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
