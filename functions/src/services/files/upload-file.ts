import { declaredType } from '../../domain/files/media-types.ts';
import { fileName } from '../../domain/files/names.ts';
import type { MeterDeps, Payer } from '../metered.ts';
import type { Content, FileDeps, FileRecord } from './contract.ts';
import { withStorageMetered } from './meter-storage.ts';
import { saveFile } from './save-file.ts';

export interface Upload {
  name: string;
  /** As the caller wrote it. */
  mediaType: string | undefined;
  /** The most that may come: the announced length where there is one. */
  maxBytes: number;
  expiresAt: number | undefined;
  content: Content;
}

/** Takes a file that comes through a function: paid for, checked and kept, or nothing of it is left. */
export async function uploadFile(
  deps: FileDeps & MeterDeps,
  payer: Payer,
  { name, mediaType, maxBytes, expiresAt, content }: Upload,
): Promise<FileRecord> {
  // What is wrong with the request itself is told before anything is held.
  const file = {
    name: fileName(name),
    mediaType: declaredType(mediaType),
    source: 'upload' as const,
    maxBytes,
    expiresAt,
  };
  return withStorageMetered(deps, payer, { maxBytes, expiresAt }, () =>
    saveFile(deps, payer.userId, { ...file, content }),
  );
}
