import type { JsonObject } from './json.ts';

/** A file of a form. As JSON, which is how the recorder tells it, it is without its bytes. */
export class FormFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;

  constructor(name: string, type: string, bytes: Buffer) {
    this.name = name;
    this.type = type;
    this.bytes = bytes;
  }

  toJSON(): object {
    return { file: this.name, type: this.type, bytes: this.bytes.length };
  }
}

export const isForm = (contentType: string | undefined): contentType is string =>
  contentType?.toLowerCase().startsWith('multipart/form-data') ?? false;

/**
 * A form (multipart/form-data) as the object that its JSON would be: texts as strings, files as FormFile, and what
 * is named `image[]` as a list called `image`.
 *
 * @throws TypeError where it is no such form
 */
export async function parseForm(body: Buffer, contentType: string): Promise<JsonObject> {
  const headers = { 'content-type': contentType };
  const form = await new Response(new Uint8Array(body), { headers }).formData();
  const parsed: JsonObject = {};
  for (const [name, value] of form) {
    const entry =
      typeof value === 'string'
        ? value
        : new FormFile(value.name, value.type, Buffer.from(await value.arrayBuffer()));
    if (!name.endsWith('[]')) {
      parsed[name] = entry;
      continue;
    }
    const list = parsed[name.slice(0, -2)];
    if (Array.isArray(list)) list.push(entry);
    else parsed[name.slice(0, -2)] = [entry];
  }
  return parsed;
}
