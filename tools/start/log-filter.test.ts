import { expect, it } from 'vitest';
import { terminalLine } from './log-filter.ts';

it('shows the links of mails', () => {
  const line =
    '\u001b[36mi  \u001b[39mTo verify the email address ada@example.com, follow this link: http://127.0.0.1:9099/emulator/action?oobCode=abc';
  expect(terminalLine(line)).toBe(
    'Mail: to verify the email address ada@example.com: http://127.0.0.1:9099/emulator/action?oobCode=abc',
  );
});

it('shows a function’s errors with the request id', () => {
  const entry = { severity: 'ERROR', message: 'It broke', requestId: 'req_1' };
  expect(terminalLine(`>  ${JSON.stringify(entry)}`)).toBe('Function error (req_1): It broke');
});

it('shows that a worker could not start', () => {
  expect(terminalLine('⚠  functions: Failed to start functions in /x: it crashed')).toContain(
    'Failed to start',
  );
});

it.each([
  '>  {"severity":"INFO","message":"GET /api/health 200"}',
  'i  functions: Beginning execution of "us-central1-api"',
  '>  {not JSON',
  '',
])('leaves %j to the log file', (line) => {
  expect(terminalLine(line)).toBeUndefined();
});
