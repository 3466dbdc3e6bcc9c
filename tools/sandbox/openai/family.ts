/** What the sandbox knows of OpenAI's models: enough to refuse what they refuse. */
export interface Family {
  /** Takes no sampling parameters but their defaults, and `max_completion_tokens` instead of `max_tokens`. */
  reasoning: boolean;
  /** Takes `reasoning_effort: "none"`, and with it sampling parameters. */
  effortNone: boolean;
  maxOutputTokens: number;
}

const LIMITS: readonly (readonly [RegExp, number])[] = [
  [/^gpt-3\.5/, 4096],
  [/^gpt-4o/, 16_384],
  [/^chatgpt-4o/, 16_384],
  [/^gpt-4\.1/, 32_768],
  [/^gpt-4-turbo/, 4096],
  [/^gpt-4/, 8192],
  [/^gpt-5-chat/, 16_384],
  [/^o\d/, 100_000],
];

export function familyOf(model: string): Family {
  const [, major = '0', minor = '0'] = /^gpt-(\d+)(?:\.(\d+))?/.exec(model) ?? [];
  const generation = Number(major) * 100 + Number(minor);
  const reasoning =
    (generation >= 500 && !model.startsWith('gpt-5-chat')) ||
    /^o\d/.test(model) ||
    model.startsWith('codex-');
  return {
    reasoning,
    effortNone: generation > 500,
    maxOutputTokens: LIMITS.find(([pattern]) => pattern.test(model))?.[1] ?? 128_000,
  };
}

/** Thinking tokens where the caller names an effort; without one the sandbox does not think. */
export function reasoningTokensFor(effort: unknown): number {
  switch (effort) {
    case 'low':
      return 16;
    case 'medium':
      return 32;
    case 'high':
      return 64;
    case 'xhigh':
      return 96;
    case 'max':
      return 128;
    default:
      return 0;
  }
}
