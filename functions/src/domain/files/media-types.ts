import { GatewayError } from '../errors.ts';

/** How a file of a type is told and shown. `inline`: a browser may show it in a page without risk. */
interface MediaType {
  kind: 'image' | 'video' | 'audio' | 'document' | 'text';
  inline: boolean;
}

/**
 * The types that are kept; everything else is refused. HTML, SVG and XML are not among them: a browser runs scripts
 * in them.
 */
export const MEDIA_TYPES = {
  'image/png': { kind: 'image', inline: true },
  'image/apng': { kind: 'image', inline: true },
  'image/jpeg': { kind: 'image', inline: true },
  'image/gif': { kind: 'image', inline: true },
  'image/webp': { kind: 'image', inline: true },
  'image/avif': { kind: 'image', inline: true },
  'video/mp4': { kind: 'video', inline: true },
  'video/webm': { kind: 'video', inline: true },
  'video/quicktime': { kind: 'video', inline: true },
  'audio/mpeg': { kind: 'audio', inline: true },
  'audio/mp4': { kind: 'audio', inline: true },
  'audio/webm': { kind: 'audio', inline: true },
  'audio/ogg': { kind: 'audio', inline: true },
  'audio/wav': { kind: 'audio', inline: true },
  'audio/flac': { kind: 'audio', inline: true },
  'audio/aac': { kind: 'audio', inline: true },
  'application/pdf': { kind: 'document', inline: false },
  'application/json': { kind: 'text', inline: false },
  'text/plain': { kind: 'text', inline: false },
  'text/markdown': { kind: 'text', inline: false },
  'text/csv': { kind: 'text', inline: false },
} as const satisfies Record<string, MediaType>;

export type MediaTypeName = keyof typeof MEDIA_TYPES;
export const MEDIA_TYPE_NAMES = Object.keys(MEDIA_TYPES) as [MediaTypeName, ...MediaTypeName[]];

export const isMediaType = (text: string): text is MediaTypeName => Object.hasOwn(MEDIA_TYPES, text);
export const isInline = (type: MediaTypeName): boolean => MEDIA_TYPES[type].inline;
const isText = (type: MediaTypeName): boolean => MEDIA_TYPES[type].kind === 'text';

const ALIASES: Record<string, MediaTypeName> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/vnd.mozilla.apng': 'image/apng',
  'audio/mp3': 'audio/mpeg',
  'audio/x-m4a': 'audio/mp4',
  'audio/m4a': 'audio/mp4',
  'video/x-m4v': 'video/mp4',
  'audio/x-wav': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/vnd.wave': 'audio/wav',
  'audio/x-flac': 'audio/flac',
  'application/ogg': 'audio/ogg',
  'text/x-markdown': 'text/markdown',
  'application/csv': 'text/csv',
};

/** Containers whose content tells no more than that: what is declared decides which of the two it is. */
const SAME_CONTAINER: readonly (readonly MediaTypeName[])[] = [
  ['video/mp4', 'audio/mp4', 'video/quicktime'],
  ['video/webm', 'audio/webm'],
  ['image/png', 'image/apng'],
];

/**
 * A type as a caller writes it, without parameters.
 *
 * @returns undefined where the caller says nothing of use
 * @throws GatewayError `unsupported_media_type` for one that is not kept
 */
export function declaredType(text: string | undefined): MediaTypeName | undefined {
  const type = text?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === '' || type === 'application/octet-stream') return undefined;
  const known = ALIASES[type] ?? type;
  if (isMediaType(known)) return known;
  throw new GatewayError('unsupported_media_type', `Files of type ${type.slice(0, 100)} are not kept.`, {
    details: { supported: MEDIA_TYPE_NAMES },
  });
}

/**
 * What a file is, by its content.
 *
 * @param found by its magic number; undefined where it has none
 * @param head its first bytes
 * @param declared what the caller says; decides only what the content leaves open
 * @throws GatewayError `unsupported_media_type` where the content is something else, or nothing that is kept
 */
export function judgeType(
  found: string | undefined,
  head: Uint8Array,
  declared: MediaTypeName | undefined,
): MediaTypeName {
  const type = found?.split(';')[0]?.trim() ?? '';
  const known = ALIASES[type] ?? type;
  const actual =
    isMediaType(known) && !isText(known) ? known : found === undefined ? textType(head) : undefined;
  if (actual === undefined) {
    throw new GatewayError(
      'unsupported_media_type',
      found === undefined ? 'The content is of no type that is kept.' : `Files of type ${type} are not kept.`,
      { details: { supported: MEDIA_TYPE_NAMES } },
    );
  }
  if (declared === undefined || declared === actual) return actual;
  if (actual === 'text/plain' && isText(declared)) return declared;
  if (SAME_CONTAINER.some((types) => types.includes(actual) && types.includes(declared))) return declared;
  throw new GatewayError('unsupported_media_type', `The content is ${actual}, not ${declared}.`, {
    details: { declared, found: actual },
  });
}

/** What browsers take for markup (WHATWG MIME Sniffing, 7.1), and any other tag or declaration at the start. */
const MARKUP = /^\s*<(?:[!?a-z])/i;

/** Plain text, as far as its first bytes tell; undefined for anything else. */
function textType(head: Uint8Array): 'text/plain' | undefined {
  const text = new TextDecoder('utf-8', { ignoreBOM: false }).decode(head, { stream: true });
  if (hasBinary(text) || MARKUP.test(text)) return undefined;
  return 'text/plain';
}

/** What no text has: the replacement of bytes that are not UTF-8, and control characters but for white space. */
const hasBinary = (text: string): boolean => /[\p{Cc}\ufffd]/u.test(text.replace(/[\t\n\f\r]/g, ''));

/** Reads on what began as text. @throws GatewayError where it turns out not to be. */
export class TextCheck {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });

  /** @param chunk undefined at the end */
  take(chunk?: Uint8Array): void {
    let text: string;
    try {
      text = this.#decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (cause) {
      throw new GatewayError('unsupported_media_type', 'The text is not UTF-8.', { cause });
    }
    if (text.includes('\u0000'))
      throw new GatewayError('unsupported_media_type', 'The text has NUL characters.');
  }
}

export const isTextType = isText;
