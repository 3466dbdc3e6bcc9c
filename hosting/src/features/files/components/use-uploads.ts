import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { toApiError } from '#lib/api/errors.ts';
import { uploadFile } from '../api/upload-file.ts';

export interface Upload {
  key: number;
  name: string;
  bytes: number;
  sent: number;
  state: 'waiting' | 'sending' | 'checking' | 'failed';
  error?: string;
}

/** Files that are sent at once; the others wait for their turn. */
const AT_ONCE = 3;

/** Uploads under way and those that failed; what has arrived is in the list of files. */
export function useUploads(uid: string) {
  const client = useQueryClient();
  const [uploads, setUploads] = useState<Upload[]>([]);
  const next = useRef(0);
  const waiting = useRef<(() => Promise<void>)[]>([]);
  const running = useRef(0);
  const aborts = useRef(new Map<number, AbortController>());

  const change = (key: number, part: Partial<Upload>) =>
    setUploads((known) => known.map((upload) => (upload.key === key ? { ...upload, ...part } : upload)));
  const drop = (key: number) => setUploads((known) => known.filter((upload) => upload.key !== key));

  const pump = () => {
    while (running.current < AT_ONCE) {
      const start = waiting.current.shift();
      if (start === undefined) return;
      running.current += 1;
      void start().finally(() => {
        running.current -= 1;
        pump();
      });
    }
  };

  const add = (files: readonly File[]) => {
    for (const file of files) {
      const key = next.current;
      next.current += 1;
      const abort = new AbortController();
      aborts.current.set(key, abort);
      setUploads((known) => [
        ...known,
        { key, name: file.name, bytes: file.size, sent: 0, state: 'waiting' },
      ]);
      waiting.current.push(async () => {
        if (abort.signal.aborted) return;
        change(key, { state: 'sending' });
        try {
          await uploadFile(
            file,
            (sent) => change(key, { sent, state: sent < file.size ? 'sending' : 'checking' }),
            abort.signal,
          );
          await client.invalidateQueries({ queryKey: ['files', uid] });
          drop(key);
        } catch (thrown) {
          if (!abort.signal.aborted) change(key, { state: 'failed', error: toApiError(thrown).message });
        } finally {
          aborts.current.delete(key);
          void client.invalidateQueries({ queryKey: ['file-quota', uid] });
        }
      });
    }
    pump();
  };

  /** Ends an upload that is under way; takes one that failed out of sight. */
  const dismiss = (key: number) => {
    aborts.current.get(key)?.abort();
    drop(key);
  };

  return { uploads, add, dismiss };
}
