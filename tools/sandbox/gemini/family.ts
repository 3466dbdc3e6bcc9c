/** What the sandbox knows of Gemini models: enough to refuse what they refuse. */
export interface Family {
  /** Takes the thinking level MINIMAL. */
  minimal: boolean;
  /** Wants the thought signature back with the first call of each step. */
  signs: boolean;
}

export const MAX_OUTPUT_TOKENS = 65_536;

/** A name that follows no known pattern counts as a current model. */
export function familyOf(model: string): Family {
  const [, major = '9', minor = '0'] = /^gemini-(\d+)(?:\.(\d+))?/.exec(model) ?? [];
  const generation = Number(major) * 100 + Number(minor);
  return {
    minimal: (model.includes('lite') || generation <= 306) && !model.includes('pro'),
    signs: generation >= 300,
  };
}

/** Thinking tokens by level; without one the sandbox does not think. */
export function reasoningTokensFor(level: unknown): number {
  switch (level) {
    case 'LOW':
      return 16;
    case 'MEDIUM':
      return 32;
    case 'HIGH':
      return 64;
    default:
      return 0;
  }
}
