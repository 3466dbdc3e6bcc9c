import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VIDEO_LIMITS } from '../../domain/video/limits.ts';

const PREFIX = 'firegate-video-';

/** Does something with a folder of its own, which is gone afterwards; and removes what killed workers have left. */
export async function withWorkFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  await removeLeftovers();
  const folder = await mkdtemp(join(tmpdir(), PREFIX));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** No attempt takes so long: whoever made them is dead. In the cloud their instance took them along. */
async function removeLeftovers(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(PREFIX));
  for (const name of names) {
    const path = join(tmpdir(), name);
    const made = (await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now();
    if (Date.now() - made > 2 * VIDEO_LIMITS.attemptMs) await rm(path, { recursive: true, force: true });
  }
}
