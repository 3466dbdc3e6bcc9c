import { Expression, JAVASCRIPT, print } from './print.ts';
import { type CodeRequest, imageName, userContent } from './request.ts';

/** For a browser or an app: no key, but a client token of minutes for whoever is signed in. */
export function fetchCode(request: CodeRequest): string {
  const { body, images, origin, functions, providerId } = request;
  const content = userContent(request, (_, nth) => ({
    type: 'image',
    image: new Expression(imageName(nth)),
  }));
  const sent = images.length === 0 ? body : { ...body, messages: [{ role: 'user', content }] };
  const names = images.map((_, nth) => imageName(nth));
  const grant = { providers: [providerId], models: [body.model, ...(body.models ?? [])], ttlSeconds: 300 };
  return [
    '// accessToken: await getAuth().currentUser.getIdToken(), of Firebase Authentication',
    ...images.map(({ name }, nth) => `// ${imageName(nth)}: ${comment(name)}, as base64 or a data URL`),
    `export async function ask(${['accessToken', ...names, 'onText'].join(', ')}) {`,
    `  const issued = await post(${print(`${origin}/api/v1/auth/client-token`, JAVASCRIPT)}, accessToken, ${print(grant, JAVASCRIPT, '  ')});`,
    '  const { clientToken } = await issued.json();',
    `  const response = await post(${print(`${functions}/${providerId}Generate`, JAVASCRIPT)}, clientToken, ${print(sent, JAVASCRIPT, '  ')});`,
    '  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();',
    "  let rest = '';",
    '  for (let part = await reader.read(); !part.done; part = await reader.read()) {',
    "    const events = (rest + part.value).split('\\n\\n');",
    '    rest = events.pop();',
    '    for (const event of events) {',
    '      const [, name, data] = /^event: (.*)\\ndata: (.*)$/.exec(event) ?? [];',
    "      if (name === 'delta') onText(JSON.parse(data).text);",
    "      if (name === 'error') throw new Error(JSON.parse(data).error.message);",
    "      if (name === 'done') return JSON.parse(data);",
    '    }',
    '  }',
    "  throw new Error('The answer broke off.');",
    '}',
    '',
    'async function post(url, token, body) {',
    '  const response = await fetch(url, {',
    "    method: 'POST',",
    "    headers: { Authorization: 'Bearer ' + token, 'Content-Type': 'application/json' },",
    '    body: JSON.stringify(body),',
    '  });',
    '  if (!response.ok) throw new Error((await response.json()).error.message);',
    '  return response;',
    '}',
  ].join('\n');
}

/** A file may be called anything. */
const comment = (name: string): string => name.replaceAll(/[\r\n\u2028\u2029]/g, ' ');
