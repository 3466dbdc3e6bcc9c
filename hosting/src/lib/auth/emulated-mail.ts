import { loadConfig } from '../config.ts';

type MailKind = 'PASSWORD_RESET' | 'VERIFY_EMAIL';

interface OobCode {
  email: string;
  requestType: string;
  oobCode: string;
}

const MODES: Record<MailKind, string> = { PASSWORD_RESET: 'resetPassword', VERIFY_EMAIL: 'verifyEmail' };

/**
 * The link of the newest mail of this kind that the Auth emulator would have sent to `email`: it sends none.
 * Undefined outside the emulator, or when there is no such mail.
 * Source: https://firebase.google.com/docs/emulator-suite/connect_auth (the emulator's `oobCodes` endpoint).
 */
export async function emulatedMailLink(kind: MailKind, email: string): Promise<string | undefined> {
  const { authEmulatorUrl, projectId } = await loadConfig();
  if (authEmulatorUrl === undefined) return undefined;
  const response = await fetch(`${authEmulatorUrl}/emulator/v1/projects/${projectId}/oobCodes`);
  const { oobCodes = [] } = (await response.json()) as { oobCodes?: OobCode[] };
  const wanted = email.toLowerCase();
  const mail = oobCodes.findLast((code) => code.requestType === kind && code.email.toLowerCase() === wanted);
  return mail && `/auth/action?mode=${MODES[kind]}&oobCode=${encodeURIComponent(mail.oobCode)}`;
}
