import { sleep } from '../lib/process-group.ts';

/** An account that exists in the local emulator alone, so that the printed command works as pasted. */
export const demoAccount = { email: 'demo@example.com', password: 'demo-password-1' } as const;

interface Providers {
  providers: { id: string; models: { id: string }[] }[];
}

/**
 * Makes sure that the demo account exists and that it gets a list of models, through the public routes.
 *
 * @param api the control plane, such as `http://127.0.0.1:5000/api/v1`
 * @returns the first model of each provider
 */
export async function prepareDemo(api: string): Promise<{ provider: string; model: string }[]> {
  const registered = await patiently(() => post(`${api}/auth/register`, demoAccount));
  const session =
    registered.status === 409 ? await patiently(() => post(`${api}/auth/login`, demoAccount)) : registered;
  if (!session.ok)
    throw new Error(`The demo account could not sign in: ${session.status} ${await session.text()}`);
  const { accessToken } = (await session.json()) as { accessToken: string };
  const response = await fetch(`${api}/llm/providers`, {
    headers: { Authorization: `Bearer ${accessToken}` },
  });
  if (!response.ok)
    throw new Error(`GET llm/providers answered ${response.status}: ${await response.text()}`);
  const { providers } = (await response.json()) as Providers;
  return providers.flatMap(({ id, models }) => (models[0] ? [{ provider: id, model: models[0].id }] : []));
}

/**
 * One command for any POSIX shell, with curl and sed alone: it signs in and streams an answer. It goes to the
 * function's own URL, since Hosting holds streams back.
 */
export function curlCommand(functionsUrl: string, model: string): string {
  const url = `${functionsUrl}/api/v1`;
  const json = "-H 'Content-Type: application/json'";
  return [
    `curl -N ${url}/llm/generate ${json} \\`,
    `  -d '${JSON.stringify({ model, prompt: 'Say hello in one sentence.', stream: true })}' \\`,
    `  -H "Authorization: Bearer $(curl -s ${url}/auth/login ${json} \\`,
    `  -d '${JSON.stringify(demoAccount)}' | sed 's/.*"accessToken":"\\([^"]*\\)".*/\\1/')"`,
  ].join('\n');
}

/** On a machine this busy a first call may time out inside; it is asked again for a while. */
async function patiently(ask: () => Promise<Response>): Promise<Response> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const response = await ask();
    if (response.status < 500 || Date.now() > deadline) return response;
    await response.arrayBuffer();
    await sleep(500);
  }
}

function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}
