import { GatewayError } from '../../domain/errors.ts';
import { isTextType } from '../../domain/files/media-types.ts';
import { optionalObject, type WireObject } from '../../providers/wire.ts';
import type { LoadedFile, LoadFile } from '../../services/files/file-reader.ts';
import { type JsonText, setMember } from './json/edit.ts';

/** An id of ours: a provider's own ids look otherwise, and stay as they are. */
const OURS = /^file_[0-9A-Za-z]{22}$/;
const ANY_OF_OURS = /"file_[0-9A-Za-z]{22}"/;

/** Where the formats have their messages. */
const MEMBERS = ['messages', 'input', 'system'] as const;
/** What a message's parts lie under. */
const NESTED = ['content', 'output'] as const;
const DEEPEST = 8;

/**
 * A request body with the files of ours that it refers to in their place, as each format has them inline. One without
 * any stays as it came, to the byte.
 *
 * @throws GatewayError what `load` throws; `invalid_request` where the format has no place for such a file
 */
export async function withStoredFiles(json: JsonText, load: LoadFile): Promise<JsonText> {
  if (!ANY_OF_OURS.test(json.text)) return json;
  let changed = json;
  for (const name of MEMBERS) {
    const value = json.body[name];
    if (!Array.isArray(value)) continue;
    const replaced = await within(value, name, load, 0);
    if (replaced !== value) changed = setMember(changed, name, replaced);
  }
  return changed;
}

/** The same value where nothing in it refers to a file of ours. */
async function within(value: unknown, at: string, load: LoadFile, depth: number): Promise<unknown> {
  if (depth > DEEPEST) return value;
  if (Array.isArray(value)) {
    let items: unknown[] = value;
    for (const [index, item] of value.entries()) {
      const replaced = await within(item, `${at}.${index}`, load, depth + 1);
      if (replaced === item) continue;
      if (items === value) items = [...value];
      items[index] = replaced;
    }
    return items;
  }
  const part = optionalObject(value);
  if (!part) return value;
  const made = await inline(part, at, load);
  if (made) return made;
  let result = part;
  for (const name of NESTED) {
    if (!Array.isArray(part[name])) continue;
    const replaced = await within(part[name], `${at}.${name}`, load, depth + 1);
    if (replaced !== part[name]) result = { ...result, [name]: replaced };
  }
  return result;
}

const ours = (value: unknown): string | undefined =>
  typeof value === 'string' && OURS.test(value) ? value : undefined;

/** A part that refers to a file of ours, with the file in it; undefined for any other. */
async function inline(part: WireObject, at: string, load: LoadFile): Promise<WireObject | undefined> {
  switch (part['type']) {
    case 'image':
    case 'document': {
      // Anthropic's.
      const id =
        optionalObject(part['source'])?.['type'] === 'file' &&
        ours(optionalObject(part['source'])?.['file_id']);
      if (!id) return undefined;
      const file = await load(id, `${at}.source.file_id`);
      if (part['type'] === 'image') return { ...part, source: base64Source(asImage(file, at)) };
      const source = isText(file)
        ? { type: 'text', media_type: 'text/plain', data: file.bytes.toString() }
        : base64Source(asPdf(file, at));
      return { title: file.record.name, ...part, source };
    }
    case 'image_url': {
      // OpenAI's chat completions; some clients write the URL without the object.
      const written = part['image_url'];
      const id = ours(written) ?? ours(optionalObject(written)?.['url']);
      if (!id) return undefined;
      const file = asImage(await load(id, `${at}.image_url`), at);
      return { ...part, image_url: { ...optionalObject(written), url: dataUrl(file) } };
    }
    case 'file': {
      const id = ours(optionalObject(part['file'])?.['file_id']);
      if (!id) return undefined;
      const file = await load(id, `${at}.file.file_id`);
      if (isText(file)) return { type: 'text', text: file.bytes.toString() };
      return { ...part, file: { filename: file.record.name, file_data: dataUrl(asPdf(file, at)) } };
    }
    case 'input_image': {
      // OpenAI's responses.
      const id = ours(part['file_id']);
      if (!id) return undefined;
      const { file_id: _, ...rest } = part;
      return { ...rest, image_url: dataUrl(asImage(await load(id, `${at}.file_id`), at)) };
    }
    case 'input_file': {
      const id = ours(part['file_id']);
      if (!id) return undefined;
      const { file_id: _, ...rest } = part;
      const file = await load(id, `${at}.file_id`);
      if (isText(file)) return { type: 'input_text', text: file.bytes.toString() };
      return { ...rest, filename: file.record.name, file_data: dataUrl(asPdf(file, at)) };
    }
    default:
      return undefined;
  }
}

const base64Source = ({ record, bytes }: LoadedFile) => ({
  type: 'base64',
  media_type: record.mediaType,
  data: bytes.toString('base64'),
});
const dataUrl = ({ record, bytes }: LoadedFile) =>
  `data:${record.mediaType};base64,${bytes.toString('base64')}`;

export const isText = ({ record: { mediaType } }: LoadedFile): boolean =>
  mediaType !== undefined && isTextType(mediaType);

/** What models take for pictures. */
const IMAGES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];

export function asImage(file: LoadedFile, at: string): LoadedFile {
  const { id, mediaType = '' } = file.record;
  if (IMAGES.includes(mediaType)) return file;
  throw new GatewayError(
    'invalid_request',
    `${at}: ${id} is ${mediaType}; models take ${IMAGES.join(', ')}.`,
  );
}

function asPdf(file: LoadedFile, at: string): LoadedFile {
  const { id, mediaType } = file.record;
  if (mediaType === 'application/pdf') return file;
  throw new GatewayError('invalid_request', `${at}: ${id} is ${mediaType}, and no PDF or text.`);
}
