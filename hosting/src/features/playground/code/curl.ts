import { type CodeRequest, userContent } from './request.ts';

/** With an API key, to the `api` function itself: Hosting would hold the stream back. */
export function curlCode(request: CodeRequest): string {
  const { body, images, functions } = request;
  const head = [
    `curl -N ${quote(`${functions}/api/v1/llm/generate`)}`,
    `  -H "X-API-Key: $FIREGATE_API_KEY"`,
    `  -H 'Content-Type: application/json'`,
  ];
  if (images.length === 0) return [...head, `  -d ${quote(json(body))}`].join(' \\\n');
  // No shell takes an argument as long as an image.
  const content = userContent(request, (_, nth) => ({ type: 'image', image: placeholder(nth) }));
  const text = escaped(json({ ...body, messages: [{ role: 'user', content }] }));
  const filled = images.reduce(
    (all, { name }, nth) => all.replace(placeholder(nth), () => `$(base64 < ${quote(name)} | tr -d '\\n')`),
    text,
  );
  return `${[...head, '  -d @- <<EOF'].join(' \\\n')}\n${filled}\nEOF`;
}

const json = (value: unknown): string => JSON.stringify(value, null, 2);

const placeholder = (nth: number): string => `@image-${nth}@`;

/** One word for a POSIX shell, whatever is in it. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** In a here-document that is expanded. */
function escaped(text: string): string {
  return text.replaceAll(/[\\$`]/g, '\\$&');
}
