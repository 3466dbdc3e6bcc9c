/** What one video job may take; the worker's memory and time (index.ts) are chosen for these. */
export const VIDEO_LIMITS = {
  /** A deployed instance keeps files in memory: the input and the output lie there at once. */
  inputBytes: 256 * 1024 ** 2,
  outputBytes: 256 * 1024 ** 2,
  thumbnailBytes: 2 * 1024 ** 2,
  durationSeconds: 600,
  /** Of either side; 4K lies within. */
  side: 4096,
  /** Of one attempt. */
  attemptMs: 15 * 60_000,
  /** Attempts that came to no end: a file that kills its worker must not do so for ever. */
  attempts: 5,
  /** From the request on, with all waiting; what the job holds of the budget is held for as long. */
  lifetimeMs: 60 * 60_000,
  /** Jobs of one user that are queued or running. */
  active: 4,
} as const;
