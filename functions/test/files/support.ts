import { type Answer, api, type RequestOptions, send } from '../harness/request.ts';

export interface FileBody {
  id: string;
  name: string;
  mediaType?: string;
  bytes: number;
  status: 'pending' | 'ready';
  source: string;
  sha256?: string;
  crc32c?: string;
  createdAt: string;
  expiresAt?: string;
}

/** Uploads a file as it is. */
export const upload = (
  token: string,
  content: Uint8Array | string,
  {
    type = 'application/octet-stream',
    query = {},
    ...options
  }: RequestOptions & {
    type?: string;
    query?: Record<string, string>;
  } = {},
): Promise<Answer<FileBody>> =>
  api<FileBody>(`files?${new URLSearchParams({ name: 'a file', ...query })}`, {
    token,
    body: content,
    ...options,
    headers: { 'Content-Type': type, ...options.headers },
  });

export interface Offer {
  file: FileBody;
  upload: { url: string; expiresAt: string };
}

export const offer = (
  token: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Answer<Offer>> => api<Offer>('files?uploadType=resumable', { token, body, headers });

export const complete = (token: string, id: string, body: object = {}): Promise<Answer<FileBody>> =>
  api<FileBody>(`files/${id}/complete`, { token, body });

export const content = (token: string, id: string, headers: Record<string, string> = {}): Promise<Response> =>
  send(`/api/api/v1/files/${id}/content`, { token, headers });

export const quota = async (token: string) =>
  (
    await api<{ used: { bytes: number; files: number }; quota: { bytes: number; files: number } }>(
      'files/quota',
      { token },
    )
  ).body;
