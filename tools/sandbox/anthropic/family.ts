/** What the sandbox knows of Anthropic's models: enough to refuse what they refuse. */
export interface Family {
  /** Since 4.7: temperature, top_p and top_k only at their defaults, thinking only adaptive. */
  samplingRemoved: boolean;
  /** From 4.1 to 4.6: temperature or top_p, not both. */
  oneSamplingParameter: boolean;
  /** Since 4.6 a conversation ends with the user's turn. */
  prefillRemoved: boolean;
  /** Of the 5.5 models and those of 5.1: no tool choice but auto and none. */
  forcedToolsRemoved: boolean;
  maxOutputTokens: number;
}

/** A name that follows no known pattern counts as a current model. */
export function familyOf(model: string): Family {
  const generation = generationOf(model);
  return {
    samplingRemoved: generation >= 407,
    oneSamplingParameter: generation >= 401 && generation < 407,
    prefillRemoved: generation >= 406,
    forcedToolsRemoved: /^claude-((opus|sonnet|haiku)-5-5|(fable|mythos)-5-1)/.test(model),
    maxOutputTokens: maxOutputTokens(model, generation),
  };
}

/** 405 for claude-opus-4-5, 307 for claude-3-7-sonnet; a date is no minor version. */
function generationOf(model: string): number {
  const named = /^claude-[a-z]+-(\d+)(?:-(\d{1,2})(?!\d))?/.exec(model);
  const old = /^claude-(\d+)(?:-(\d{1,2})(?!\d))?/.exec(model);
  const [, major, minor = '0'] = named ?? old ?? [];
  return major === undefined ? 9900 : Number(major) * 100 + Number(minor);
}

function maxOutputTokens(model: string, generation: number): number {
  if (generation >= 406) return 128_000;
  if (generation >= 405) return 64_000;
  if (generation >= 400) return model.includes('opus') ? 32_000 : 64_000;
  return generation >= 307 ? 64_000 : generation >= 305 ? 8192 : 4096;
}
