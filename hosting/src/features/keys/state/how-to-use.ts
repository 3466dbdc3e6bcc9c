export interface Target {
  /** Where the functions answer: `<base>/<function>`. */
  functionsBaseUrl: string;
  provider: string;
  model: string;
}

export interface Recipe {
  name: string;
  code: string;
}

/**
 * How a program calls the gateway with a key: Anthropic's models in their own format, all others in OpenAI's, which
 * reaches every chat model. The key itself stays out, as what is copied gets pasted anywhere.
 */
export function howToUse({ functionsBaseUrl, provider, model }: Target): Recipe[] {
  const gateway = `${functionsBaseUrl}/gateway`;
  const messages = [{ role: 'user', content: 'Hello' }];
  if (provider === 'anthropic') {
    return [
      { name: 'curl', code: curl(`${gateway}/v1/messages`, { model, max_tokens: 1024, messages }) },
      { name: 'Python', code: anthropicPython(gateway, model) },
      { name: 'Node', code: anthropicNode(gateway, model) },
    ];
  }
  return [
    { name: 'curl', code: curl(`${gateway}/v1/chat/completions`, { model, messages }) },
    { name: 'Python', code: openaiPython(`${gateway}/v1`, model) },
    { name: 'Node', code: openaiNode(`${gateway}/v1`, model) },
  ];
}

function curl(url: string, body: unknown): string {
  return [
    `curl ${url} \\`,
    '  -H "Authorization: Bearer $FIREGATE_KEY" \\',
    "  -H 'Content-Type: application/json' \\",
    `  -d '${JSON.stringify(body).replaceAll("'", `'\\''`)}'`,
  ].join('\n');
}

const openaiPython = (baseUrl: string, model: string) => `import os
from openai import OpenAI

client = OpenAI(base_url="${baseUrl}", api_key=os.environ["FIREGATE_KEY"])
answer = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content)`;

const openaiNode = (baseUrl: string, model: string) => `import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${baseUrl}', apiKey: process.env.FIREGATE_KEY });
const answer = await client.chat.completions.create({
  model: '${model}',
  messages: [{ role: 'user', content: 'Hello' }],
});
console.log(answer.choices[0].message.content);`;

const anthropicPython = (baseUrl: string, model: string) => `import os
from anthropic import Anthropic

client = Anthropic(base_url="${baseUrl}", api_key=os.environ["FIREGATE_KEY"])
answer = client.messages.create(
    model="${model}",
    max_tokens=1024,
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.content[0].text)`;

const anthropicNode = (baseUrl: string, model: string) => `import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic({ baseURL: '${baseUrl}', apiKey: process.env.FIREGATE_KEY });
const answer = await client.messages.create({
  model: '${model}',
  max_tokens: 1024,
  messages: [{ role: 'user', content: 'Hello' }],
});
console.log(answer.content[0].text);`;
