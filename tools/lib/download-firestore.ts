import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { progress } from './say.ts';

/** What the Firebase CLI says of the emulator that it pins. */
export interface EmulatorInfo {
  remoteUrl: string;
  /** Bytes. */
  expectedSize: number;
  expectedChecksumSHA256: string;
  downloadPathRelativeToCacheDir: string;
}

const require = createRequire(import.meta.url);

function pinnedInfo(): EmulatorInfo {
  const info = require('firebase-tools/lib/emulator/downloadableEmulatorInfo.json') as {
    firestore: EmulatorInfo;
  };
  return info.firestore;
}

/** Where the Firebase CLI keeps the emulator version that it pins. */
export function pinnedFirestoreJar(env: Readonly<Record<string, string | undefined>> = process.env): {
  path: string;
  folder: string;
} {
  const folder = env['FIREBASE_EMULATORS_PATH'] ?? join(homedir(), '.cache/firebase/emulators');
  return { folder, path: join(folder, pinnedInfo().downloadPathRelativeToCacheDir) };
}

/**
 * Downloads the pinned emulator into the Firebase CLI's own cache.
 *
 * @param connectTimeoutMs how long the answer's first byte may take
 * @returns undefined, quietly, where the network doesn't allow it
 */
export async function downloadFirestoreJar(
  connectTimeoutMs: number,
  info: EmulatorInfo = pinnedInfo(),
  { path, folder } = pinnedFirestoreJar(),
): Promise<string | undefined> {
  const part = `${path}.${randomUUID()}.part`;
  try {
    const connect = new AbortController();
    const timer = setTimeout(() => connect.abort(), connectTimeoutMs);
    const response = await fetch(info.remoteUrl, { signal: connect.signal });
    clearTimeout(timer);
    if (!response.ok || !response.body) return undefined;
    progress(`Downloading the Firestore emulator (${Math.round(info.expectedSize / 1e6)} MB, once) ...`);
    await mkdir(folder, { recursive: true });
    const hash = createHash('sha256');
    const hashing = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    await pipeline(Readable.fromWeb(response.body), hashing, createWriteStream(part));
    if (hash.digest('hex') !== info.expectedChecksumSHA256) {
      progress('The download of the Firestore emulator was damaged; going on without it.');
      return undefined;
    }
    await rename(part, path);
    return path;
  } catch {
    return undefined;
  } finally {
    await rm(part, { force: true });
  }
}
