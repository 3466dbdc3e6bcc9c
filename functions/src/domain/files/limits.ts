import type { Tier } from '../tiers.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** What a user may keep at once. */
export interface StorageQuota {
  bytes: number;
  files: number;
}

/** The one table of storage quotas. */
export const STORAGE_QUOTAS: Record<Tier, StorageQuota> = {
  free: { bytes: 2 * GIB, files: 1_000 },
  pro: { bytes: 50 * GIB, files: 20_000 },
  team: { bytes: 500 * GIB, files: 200_000 },
};

/** The largest file there is; it goes straight to Storage. */
export const MAX_FILE_BYTES = 512 * MIB;
/** The largest file that comes through a function, whose requests carry 32 MiB. */
export const MAX_DIRECT_BYTES = 25 * MIB;

/** Reserved room of an upload that nobody finishes is given back after this long. */
export const PENDING_MS = { direct: 30 * 60_000, resumable: 24 * 3_600_000 } as const;
