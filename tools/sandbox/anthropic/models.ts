import type { CapabilitySupport, ModelInfo, ModelLine } from '@anthropic-ai/sdk/resources/models';
import type { Reply } from '../provider.ts';
import { Refusal, refuse } from './errors.ts';
import { familyOf } from './family.ts';

const IDS =
  `claude-fable-5-2 claude-mythos-5-2 claude-haiku-5-5 claude-sonnet-5-5 claude-opus-5-5 claude-fable-5-1
  claude-mythos-5-1 claude-sonnet-5 claude-opus-5 claude-opus-4-8 claude-opus-4-7 claude-opus-4-6 claude-sonnet-4-6
  claude-opus-4-5 claude-sonnet-4-5 claude-haiku-4-5`.split(/\s+/);
const LINES: readonly ModelLine[] = ['haiku', 'sonnet', 'opus', 'fable', 'mythos'];
const YES: CapabilitySupport = { supported: true };
const NO: CapabilitySupport = { supported: false };

/** `GET /v1/models`, a page at a time. @throws {Refusal} */
export function listModels(query: URLSearchParams): Reply {
  const limit = Number(query.get('limit') ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    refuse('limit: Input should be between 1 and 1000');
  const after = query.get('after_id');
  const before = query.get('before_id');
  const end = before === null ? IDS.length : IDS.indexOf(before);
  const start = before === null ? IDS.indexOf(after ?? '') + 1 : Math.max(0, end - limit);
  const data = IDS.slice(start, Math.min(end, start + limit)).map(modelOf);
  const body = {
    data,
    has_more: before === null ? start + limit < IDS.length : start > 0,
    first_id: data.at(0)?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
  return { kind: 'json', status: 200, body };
}

/** `GET /v1/models/{id}`: any id that the sandbox would answer for. @throws {Refusal} */
export function retrieveModel(id: string): Reply {
  if (id.startsWith('unknown')) throw new Refusal(`model: ${id}`, 404, 'not_found_error');
  return { kind: 'json', status: 200, body: modelOf(id) };
}

function modelOf(id: string): ModelInfo {
  const family = familyOf(id);
  const budgeted = family.samplingRemoved ? NO : YES;
  return {
    id,
    type: 'model',
    display_name: displayName(id),
    created_at: '2026-01-01T00:00:00Z',
    deprecated_at: null,
    retires_at: null,
    lifecycle: 'active',
    line: LINES.find((line) => id.includes(line)) ?? null,
    max_input_tokens: family.prefillRemoved ? 1_000_000 : 200_000,
    max_tokens: family.maxOutputTokens,
    capabilities: {
      batch: NO,
      citations: NO,
      code_execution: NO,
      context_management: {
        supported: false,
        clear_thinking_20251015: null,
        clear_tool_uses_20250919: null,
        compact_20260112: null,
      },
      effort: { supported: true, low: YES, medium: YES, high: YES, xhigh: YES, max: YES },
      image_input: YES,
      pdf_input: YES,
      server_tools: { supported: false, code_execution: NO, web_search: NO },
      structured_outputs: YES,
      thinking: {
        supported: true,
        types: { adaptive: YES, between_tools: YES, disabled: YES, enabled: budgeted },
      },
    },
  };
}

/** "Claude Opus 4.5" for claude-opus-4-5. */
function displayName(id: string): string {
  const words = id.split('-').filter((word) => !/^\d{8}$/.test(word));
  return words
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ')
    .replace(/(\d) (\d)/g, '$1.$2');
}
