import { api } from '#lib/api/client.ts';
import { ApiError, toApiError } from '#lib/api/errors.ts';
import type { StoredFile, UploadOffer } from '#lib/api/types.ts';

/**
 * Uploads a file: room for it, its bytes straight to Storage, its check. Throws ApiError; nothing is left then.
 *
 * @param onSent called with the bytes that have gone out, more than once
 */
export async function uploadFile(
  file: File,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<StoredFile> {
  const { data } = await api.POST('/api/v1/files', {
    params: { query: { uploadType: 'resumable' } },
    body: { name: file.name, mediaType: file.type || 'application/octet-stream', bytes: file.size },
    signal,
  });
  const offer = data as UploadOffer;
  const { id } = offer.file;
  try {
    await put(offer.upload.url, file, onSent, signal);
    const done = await api.POST('/api/v1/files/{id}/complete', {
      params: { path: { id } },
      body: {},
      signal,
    });
    return done.data as StoredFile;
  } catch (thrown) {
    // Its room is given back now; else a day later.
    await api.DELETE('/api/v1/files/{id}', { params: { path: { id } } }).catch(() => undefined);
    throw thrown;
  }
}

/** Sends the bytes; XMLHttpRequest, as fetch tells nothing of how far it is. */
function put(url: string, file: File, onSent: (bytes: number) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    request.upload.onprogress = ({ loaded }) => onSent(Math.min(loaded, file.size));
    request.onload = () => {
      if (request.status < 300) resolve();
      else reject(new ApiError('unavailable', `The storage answered ${request.status}.`));
    };
    request.onerror = () => reject(toApiError(new TypeError('No answer')));
    request.onabort = () => reject(new ApiError('internal', 'Cancelled.'));
    if (signal.aborted) {
      reject(new ApiError('internal', 'Cancelled.'));
      return;
    }
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}
