import { GatewayError } from '../errors.ts';

/** What most file systems take, in UTF-8 bytes. */
const MAX_NAME_BYTES = 255;

/**
 * A file's name as it is kept: what a caller said, in NFC, without the folders that some clients send along. A name
 * is a label: objects in Storage are named by id.
 *
 * @throws GatewayError `invalid_request` for what can't be a file's name
 */
export function fileName(said: string): string {
  const refuse = (why: string): never => {
    throw new GatewayError('invalid_request', `name: ${why}`);
  };
  if (!said.isWellFormed()) refuse('is not well-formed Unicode.');
  const name = said.normalize('NFC');
  if (name.trim() === '') refuse('is empty.');
  // Control characters, and what turns text around: "gpj.exe" that shows as "exe.jpg".
  if (/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(name))
    refuse('has control characters.');
  if (/[/\\]/.test(name)) refuse('must not contain a path.');
  if (name === '.' || name === '..') refuse('must not be a path.');
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) refuse(`is longer than ${MAX_NAME_BYTES} bytes.`);
  return name;
}

/**
 * The Content-Disposition of a file (RFC 6266): the name in ASCII for old clients, in UTF-8 for the others (RFC 8187).
 *
 * @param kind `inline` for what a browser may show, `attachment` for what it must only keep
 */
export function contentDisposition(kind: 'inline' | 'attachment', name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
