/** Where the stack under test answers; the runner sets these, the defaults are those of `npm start`. */
export const CONSOLE_URL = process.env['FIREGATE_URL'] ?? 'http://127.0.0.1:5000';
export const AUTH_URL = process.env['FIREGATE_AUTH_URL'] ?? 'http://127.0.0.1:9099';
export const SANDBOX_URL = process.env['FIREGATE_SANDBOX_URL'] ?? 'http://127.0.0.1:4010';

interface OobCode {
  email: string;
  requestType: 'PASSWORD_RESET' | 'VERIFY_EMAIL';
  oobCode: string;
}

async function json<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

async function clientConfig(): Promise<{ projectId: string }> {
  return json(await fetch(`${CONSOLE_URL}/api/v1/client-config`));
}

/** The code in the newest mail of this kind that the Auth emulator would have sent. */
export async function newestCode(requestType: OobCode['requestType'], email: string): Promise<string> {
  const { projectId } = await clientConfig();
  const { oobCodes = [] } = await json<{ oobCodes?: OobCode[] }>(
    await fetch(`${AUTH_URL}/emulator/v1/projects/${projectId}/oobCodes`),
  );
  const mail = oobCodes.findLast((code) => code.requestType === requestType && code.email === email);
  if (mail === undefined) throw new Error(`No ${requestType} mail to ${email}`);
  return mail.oobCode;
}

/** Plans a fault of the sandbox. Give it a model that no other test calls: tests run side by side. */
export async function planFault(fault: {
  kind: string;
  model: string;
  times?: number;
  [parameter: string]: unknown;
}): Promise<void> {
  await json(
    await fetch(`${SANDBOX_URL}/__sandbox/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fault),
    }),
  );
}

/** The text of each request that has reached the sandbox. */
export async function sandboxTexts(): Promise<(string | null)[]> {
  const requests = await json<{ text: string | null }[]>(await fetch(`${SANDBOX_URL}/__sandbox/requests`));
  return requests.map(({ text }) => text);
}

interface Credentials {
  email: string;
  password: string;
}

/** Ends all sessions of an account from outside the browser, as another device would. */
export async function signOutElsewhere(account: Credentials): Promise<void> {
  const response = await post('auth/logout', await accessToken(account));
  if (!response.ok) throw new Error(`logout answered ${response.status}`);
}

/** A new API key that may call models. */
export async function newApiKey(account: Credentials): Promise<string> {
  const body = { name: 'code', scopes: ['generate'] };
  const { key } = await json<{ key: string }>(await post('api-keys', await accessToken(account), body));
  return key;
}

export async function accessToken({ email, password }: Credentials): Promise<string> {
  const session = await json<{ accessToken: string }>(
    await post('auth/login', undefined, { email, password }),
  );
  return session.accessToken;
}

function post(route: string, token?: string, body?: unknown): Promise<Response> {
  return fetch(`${CONSOLE_URL}/api/v1/${route}`, {
    method: 'POST',
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** The status of one short answer, asked for with an API key as a script would. */
export async function generateWithKey(key: string, model: string): Promise<number> {
  const response = await fetch(`${CONSOLE_URL}/api/v1/llm/generate`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ model, prompt: 'Hello [[sandbox: tokens=20 delay=0]]', maxTokens: 50 }),
  });
  await response.arrayBuffer();
  return response.status;
}
