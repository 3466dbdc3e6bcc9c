import { once } from 'node:events';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { GatewayError } from '../../../domain/errors.ts';
import { MAX_DIRECT_BYTES } from '../../../domain/files/limits.ts';
import { tooLarge } from '../../../services/files/inspect.ts';
import type { Upload } from '../../../services/files/upload-file.ts';
import type { AppEnv } from '../../env.ts';
import { expiresAtSchema } from './schemas.ts';
import { valid } from './valid.ts';

/** What may be said of a file: in the query, or in a form's fields before the file. */
const factsSchema = z.strictObject({
  name: z.string().max(1000).optional(),
  expiresAt: expiresAtSchema.optional(),
});
type Facts = z.output<typeof factsSchema>;

/** What a form takes beside the file: its parts' heads. */
const FORM_OVERHEAD = 64 * 1024;

/**
 * The one file of a request's body, as a form (RFC 7578) or as it is. Nothing is read but what is asked for.
 *
 * @throws GatewayError `payload_too_large` where more is announced, `unsupported_media_type`, `invalid_request`
 */
export async function uploadContent<E extends AppEnv>(c: Context<E>): Promise<Upload> {
  const encoding = c.req.header('content-encoding')?.toLowerCase() ?? 'identity';
  if (encoding !== 'identity')
    throw new GatewayError('unsupported_media_type', `The content encoding ${encoding} is not supported.`);
  const contentType = c.req.header('content-type');
  const isForm = /^multipart\/form-data\s*;/i.test(contentType ?? '');
  // A body that is sent in chunks shows its size only while it is read.
  const announced = c.req.header('transfer-encoding')
    ? undefined
    : Number(c.req.header('content-length') ?? 0);
  const most = announced ?? MAX_DIRECT_BYTES;
  if (most > MAX_DIRECT_BYTES + (isForm ? FORM_OVERHEAD : 0)) throw tooLarge(MAX_DIRECT_BYTES);
  const { body } = c.req.raw;
  if (!body) throw new GatewayError('invalid_request', 'The file is empty.');
  const source = Readable.fromWeb(body as ReadableStream<Uint8Array>);
  // A client may leave when nobody reads any more; whoever reads is told all the same.
  source.on('error', () => undefined);
  const { uploadType: _, ...query } = c.req.query();
  const facts = valid(factsSchema, query);
  const maxBytes = Math.min(most, MAX_DIRECT_BYTES);
  if (isForm) return fromForm(c, source, facts, maxBytes);
  return {
    name: facts.name ?? 'upload',
    mediaType: contentType,
    maxBytes,
    expiresAt: facts.expiresAt,
    content: source,
  };
}

async function fromForm<E extends AppEnv>(
  c: Context<E>,
  source: Readable,
  query: Facts,
  maxBytes: number,
): Promise<Upload> {
  // CommonJS: bundled, it has no names of its own.
  const { Busboy } = (await import('@fastify/busboy')).default;
  let form: InstanceType<typeof Busboy>;
  try {
    form = new Busboy({
      headers: { 'content-type': c.req.header('content-type') ?? '' },
      limits: { files: 1, fields: 4, parts: 5, fieldSize: 2000, fieldNameSize: 100, headerPairs: 20 },
    });
  } catch {
    throw malformed();
  }
  const fields: Record<string, string> = {};
  const failed = new AbortController();
  const fail = (error: Error) => failed.abort(error);
  const more = () =>
    fail(new GatewayError('invalid_request', 'The form has more than one file and its facts.'));
  form.on('field', (name, value, nameCut, valueCut) => {
    if (nameCut || valueCut || Object.hasOwn(fields, name)) fail(malformed());
    else fields[name] = value;
  });
  for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) form.on(limit, more);
  // A form that is cut fails more than once.
  form.on('error', () => fail(malformed()));
  source.on('error', fail);
  const ended = once(form, 'finish', { signal: failed.signal });
  ended.catch(() => undefined);
  const opened = once(form, 'file', { signal: failed.signal }) as Promise<
    [field: string, file: Readable, name: string | undefined, encoding: string, type: string]
  >;
  source.pipe(form);
  const found = await Promise.race([opened, ended.then(() => undefined)]).catch(() => {
    source.unpipe(form);
    throw failed.signal.reason;
  });
  if (!found?.[1]) throw new GatewayError('invalid_request', 'The form has no file.');
  const [, file, filename, , type] = found;
  file.on('error', () => fail(malformed()));
  // A part that is cut never ends by itself.
  failed.signal.addEventListener('abort', () => file.destroy());
  async function* content(): AsyncGenerator<Uint8Array> {
    try {
      yield* file as AsyncIterable<Uint8Array>;
      // What follows the file counts as well: another one, or no end.
      await ended;
    } catch (error) {
      throw failed.signal.aborted ? failed.signal.reason : error;
    }
  }
  const said = valid(factsSchema, fields);
  return {
    name: said.name ?? query.name ?? filename ?? 'upload',
    mediaType: type,
    maxBytes,
    expiresAt: said.expiresAt ?? query.expiresAt,
    content: content(),
  };
}

const malformed = () => new GatewayError('invalid_request', 'The body is not a well-formed form.');
