import type { Random } from './random.ts';
import { tokenize } from './tokens.ts';

/** The sandbox's words: enough Markdown for a client to look alive, plainly not a model's. */

const REMARKS = [
  'The words are canned, the wire format is the real one.',
  'Nothing left this machine, and nothing was billed.',
  'Ask the same again and the same answer comes back, to the letter.',
  'With a provider key set, a real model takes this place and nothing else changes.',
] as const;

const POINTS = [
  'Streaming arrives in small chunks, **as it is written**.',
  'Tokens are counted the same way, streamed or not.',
  'The stop reason tells whether the answer was *finished* or cut.',
  'Limits, budgets and usage records work as they will in production.',
  'Tool calls, refusals and faults can be planned, see `tools/sandbox/README.md`.',
  'Retries, timeouts and broken connections are one request away.',
] as const;

const THOUGHTS = [
  'The request is read once more, slowly.',
  'Two ways are open; the shorter one will do.',
  'Nothing in it calls for a tool.',
  'An example would help, so there is one.',
] as const;

/** An answer in Markdown: a paragraph, a list, a small code block and a closing line; never under 40 tokens. */
export function writeAnswer(random: Random, model: string, prompt: string): string {
  const subject = prompt === '' ? '' : ` You wrote: “${excerpt(prompt)}”.`;
  const first = random.integer(POINTS.length);
  const points = [0, 1, 2].map((step) => `- ${POINTS[(first + step * 2 + 1) % POINTS.length]}`);
  return [
    `This is the **Firegate sandbox**, answering in place of \`${model}\`. No model ran.${subject} ${random.pick(REMARKS)}`,
    'What you can rely on here:',
    points.join('\n'),
    `\`\`\`ts\nconst answer = await generate({ model: '${model}' });\nconsole.log(answer.content);\n\`\`\``,
    random.pick(REMARKS),
  ].join('\n\n');
}

/** Exactly `count` tokens of further sentences. */
export function writeTokens(random: Random, kind: 'answer' | 'thought', count: number): string[] {
  const sentences = kind === 'thought' ? THOUGHTS : REMARKS;
  const tokens: string[] = [];
  while (tokens.length < count) {
    const sentence = random.pick(sentences);
    tokens.push(...tokenize(tokens.length === 0 ? sentence : ` ${sentence}`));
  }
  return tokens.slice(0, count);
}

function excerpt(prompt: string): string {
  const line = prompt.replace(/\s+/g, ' ');
  const characters = [...line.slice(0, 200)];
  return characters.length <= 80 ? characters.join('') : `${characters.slice(0, 79).join('')}…`;
}
