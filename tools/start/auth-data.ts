import { readFileSync, writeFileSync } from 'node:fs';
import { projectId } from '../lib/project.ts';

interface Account {
  localId: string;
  validSince?: string;
  [field: string]: unknown;
}

/** Writes all accounts of the Auth emulator to a file. */
export async function exportAuth(address: string, file: string): Promise<void> {
  const { users = [] } = await ask<{ users?: Account[] }>(address, 'accounts:batchGet?maxResults=-1');
  writeFileSync(file, JSON.stringify(users, null, 2), { mode: 0o600 });
}

/**
 * Creates the accounts of an export again. The emulator takes the time of the import for `validSince`, which would
 * end every session: it is put back.
 */
export async function importAuth(address: string, file: string): Promise<void> {
  const users = JSON.parse(readFileSync(file, 'utf8')) as Account[];
  if (users.length === 0) return;
  const result = await ask<{ error?: { index: number; message: string }[] }>(
    address,
    'accounts:batchCreate',
    {
      users,
    },
  );
  if (result.error?.length)
    throw new Error(`The Auth emulator refused accounts: ${JSON.stringify(result.error)}`);
  for (const { localId, validSince } of users) {
    if (validSince) await ask(address, 'accounts:update', { localId, validSince });
  }
}

async function ask<T>(address: string, method: string, body?: unknown): Promise<T> {
  const response = await fetch(
    `http://${address}/identitytoolkit.googleapis.com/v1/projects/${projectId()}/${method}`,
    {
      method: body === undefined ? 'GET' : 'POST',
      headers: { Authorization: 'Bearer owner', 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    },
  );
  if (!response.ok)
    throw new Error(`The Auth emulator answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}
