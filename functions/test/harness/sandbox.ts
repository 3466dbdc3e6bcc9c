import { stack } from './stack.ts';

/** What reached the sandbox upstream; see the contract. */
export interface SandboxRequest {
  at: string;
  provider: string;
  path: string;
  headers: Record<string, string>;
  body: Record<string, unknown>;
  /** The body as it came. */
  text: string;
  status: number;
  outcome: string;
  requestId: string;
}

/** Requests that reached the sandbox under one of our request ids. Test files run side by side: never count all of them. */
export async function sandboxRequests(requestId: string): Promise<SandboxRequest[]> {
  const response = await fetch(`${stack().sandbox}/__sandbox/requests`);
  const requests = (await response.json()) as SandboxRequest[];
  return requests.filter((request) => request.requestId === requestId);
}

/** What a request asked for, in whichever provider's words. */
export function settingsOf(request: SandboxRequest | undefined): { maximum: unknown; temperature: unknown } {
  const { generationConfig, ...body } = request?.body ?? {};
  const { max_completion_tokens, max_tokens, maxOutputTokens, temperature } = {
    ...body,
    ...(generationConfig ?? {}),
  } as Record<string, unknown>;
  return { maximum: max_completion_tokens ?? max_tokens ?? maxOutputTokens, temperature };
}

/** Plans a fault at the sandbox: `{ provider, kind, times, ... }`. */
export async function planFault(fault: Record<string, unknown>): Promise<void> {
  const response = await fetch(`${stack().sandbox}/__sandbox/faults`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(fault),
  });
  if (!response.ok)
    throw new Error(`The sandbox refused the fault: ${response.status} ${await response.text()}`);
}
