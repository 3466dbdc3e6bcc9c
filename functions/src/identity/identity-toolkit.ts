import { z } from 'zod';

/**
 * Firebase Authentication's REST API (Identity Toolkit v1 and the token service), which does the things that the
 * Admin SDK cannot: sign in with a password, send mails, redeem the codes in them.
 * https://firebase.google.com/docs/reference/rest/auth
 */
export interface IdentityToolkit {
  signUp(email: string, password: string, displayName: string | undefined): Promise<Session>;
  signIn(email: string, password: string): Promise<Session>;
  refresh(refreshToken: string): Promise<Session>;
  sendPasswordReset(email: string): Promise<void>;
  /** @returns the address whose password was set. */
  confirmPasswordReset(oobCode: string, newPassword: string): Promise<{ email: string }>;
  sendEmailVerification(idToken: string): Promise<void>;
  /** @returns the uid whose address is verified now. */
  confirmEmailVerification(oobCode: string): Promise<{ uid: string }>;
  changePassword(idToken: string, newPassword: string): Promise<void>;
}

export interface Session {
  uid: string;
  accessToken: string;
  refreshToken: string;
  /** Seconds. */
  expiresIn: number;
}

/** The service's own error, for instance `EMAIL_EXISTS`; never shown as it is. */
export class IdentityError extends Error {
  readonly reason: string;
  constructor(reason: string, detail: string) {
    super(`Identity Toolkit: ${reason}${detail && ` (${detail})`}`);
    this.name = 'IdentityError';
    this.reason = reason;
  }
}

const sessionSchema = z
  .object({
    localId: z.string(),
    idToken: z.string(),
    refreshToken: z.string(),
    expiresIn: z.coerce.number(),
  })
  .transform((body) => ({
    uid: body.localId,
    accessToken: body.idToken,
    refreshToken: body.refreshToken,
    expiresIn: body.expiresIn,
  }));

const refreshedSchema = z
  .object({
    user_id: z.string(),
    id_token: z.string(),
    refresh_token: z.string(),
    expires_in: z.coerce.number(),
  })
  .transform((body) => ({
    uid: body.user_id,
    accessToken: body.id_token,
    refreshToken: body.refresh_token,
    expiresIn: body.expires_in,
  }));

const errorSchema = z.object({ error: z.object({ message: z.string() }) });

const TIMEOUT_MS = 10_000;

export function createIdentityToolkit(options: {
  apiKey: string;
  /** `host:port` of the Auth emulator; undefined in the cloud. */
  emulatorHost: string | undefined;
}): IdentityToolkit {
  const origin = (service: string) =>
    options.emulatorHost ? `http://${options.emulatorHost}/${service}` : `https://${service}`;
  const accounts = `${origin('identitytoolkit.googleapis.com')}/v1/accounts`;
  const tokens = `${origin('securetoken.googleapis.com')}/v1/token`;

  async function post<T extends z.ZodType>(url: string, body: object, schema: T): Promise<z.output<T>> {
    const response = await fetch(`${url}?key=${encodeURIComponent(options.apiKey)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const answer: unknown = await response.json().catch(() => undefined);
    if (!response.ok) {
      const parsed = errorSchema.safeParse(answer);
      // "WEAK_PASSWORD : Password should be at least 6 characters"
      const [reason = '', detail = ''] = (parsed.data?.error.message ?? `HTTP ${response.status}`).split(
        ' : ',
      );
      throw new IdentityError(reason.trim(), detail.trim());
    }
    return schema.parse(answer);
  }

  return {
    signUp: (email, password, displayName) =>
      post(`${accounts}:signUp`, { email, password, displayName, returnSecureToken: true }, sessionSchema),
    signIn: (email, password) =>
      post(`${accounts}:signInWithPassword`, { email, password, returnSecureToken: true }, sessionSchema),
    refresh: (refreshToken) =>
      post(tokens, { grant_type: 'refresh_token', refresh_token: refreshToken }, refreshedSchema),
    sendPasswordReset: async (email) => {
      await post(`${accounts}:sendOobCode`, { requestType: 'PASSWORD_RESET', email }, z.unknown());
    },
    confirmPasswordReset: (oobCode, newPassword) =>
      post(`${accounts}:resetPassword`, { oobCode, newPassword }, z.object({ email: z.string() })),
    sendEmailVerification: async (idToken) => {
      await post(`${accounts}:sendOobCode`, { requestType: 'VERIFY_EMAIL', idToken }, z.unknown());
    },
    confirmEmailVerification: async (oobCode) => {
      const { localId } = await post(`${accounts}:update`, { oobCode }, z.object({ localId: z.string() }));
      return { uid: localId };
    },
    changePassword: async (idToken, newPassword) => {
      await post(`${accounts}:update`, { idToken, password: newPassword }, z.unknown());
    },
  };
}
