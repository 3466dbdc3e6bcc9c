import { useSyncExternalStore } from 'react';
import type { GenerateBody, ToolChoice } from '#lib/api/types.ts';
import { currentUser, onSessionChange } from '#lib/auth/session.ts';

/** An image that goes with the prompt. */
export interface DraftImage {
  /** Of the file that it was. */
  name: string;
  /** Base64, with its type: what the browser can draw and the gateway takes. */
  dataUrl: string;
}

/** What is in the composer. Kept in memory so that it outlives a visit to another page. */
export interface Draft {
  prompt: string;
  system: string;
  /** Null: the provider's default. */
  temperature: number | null;
  /** Null: the gateway's default, min(4096, the model's maximum). */
  maxTokens: number | null;
  /** As `provider/model`, in the order in which they are to be tried. */
  fallbacks: string[];
  images: DraftImage[];
  /** JSON as it was written: a list of tools, or nothing. */
  tools: string;
  toolChoice: 'auto' | 'none' | 'required';
  /** JSON as it was written: the schema of the answer, or nothing. */
  schema: string;
}

const EMPTY: Draft = {
  prompt: '',
  system: '',
  temperature: null,
  maxTokens: null,
  fallbacks: [],
  images: [],
  tools: '',
  toolChoice: 'auto',
  schema: '',
};

let draft = EMPTY;
const listeners = new Set<() => void>();

export function changeDraft(change: Partial<Draft>): void {
  draft = { ...draft, ...change };
  for (const listener of listeners) listener();
}

export function currentDraft(): Draft {
  return draft;
}

let owner: string | undefined;
// A session that merely expired comes back to its prompt; another person starts afresh.
onSessionChange(() => {
  const uid = currentUser()?.uid;
  if (uid === undefined) return;
  if (owner !== undefined && owner !== uid) changeDraft(EMPTY);
  owner = uid;
});

export function useDraft(): Draft {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => draft,
  );
}

/** Reads what was written; `wrong` says what is the matter with it. */
export function structureOf({ tools, schema }: Pick<Draft, 'tools' | 'schema'>): {
  tools?: GenerateBody['tools'];
  schema?: Record<string, unknown>;
  wrong?: { tools?: string; schema?: string };
} {
  const list = readJson(tools);
  const answer = readJson(schema);
  const wrong = {
    ...(list !== undefined && !isTools(list) && { tools: 'Must be a JSON list of tools, each with a name.' }),
    ...(answer !== undefined && !isObject(answer) && { schema: 'Must be a JSON object: a JSON Schema.' }),
  };
  return {
    ...(isTools(list) && list.length > 0 && { tools: list }),
    ...(isObject(answer) && { schema: answer }),
    ...(Object.keys(wrong).length > 0 && { wrong }),
  };
}

/** Undefined where nothing was written, the text itself where it is no JSON. */
function readJson(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTools(value: unknown): value is NonNullable<GenerateBody['tools']> {
  return Array.isArray(value) && value.every((each) => isObject(each) && typeof each['name'] === 'string');
}

interface Callee {
  providerId: string;
  model: string;
}

/** The request body for one model; what was left empty is left out. @param model the id, or `provider/id` */
export function bodyOf(draft: Draft, { providerId, model }: Callee): GenerateBody {
  const { prompt, system, temperature, maxTokens, images, toolChoice } = draft;
  const { tools, schema } = structureOf(draft);
  const own = `${providerId}/`;
  const id = model.replace(own, '');
  const models = draft.fallbacks.filter((each) => each.startsWith(own) && each !== own + id);
  return {
    model,
    ...(models.length > 0 && { models }),
    ...(images.length === 0 ? { prompt } : { messages: [{ role: 'user', content: partsOf(draft) }] }),
    ...(system.trim() === '' ? {} : { system }),
    ...(maxTokens === null ? {} : { maxTokens }),
    ...(temperature === null ? {} : { temperature }),
    ...(tools && { tools, ...(toolChoice !== 'auto' && { toolChoice: toolChoice satisfies ToolChoice }) }),
    ...(schema && { responseSchema: { schema } }),
    stream: true,
  };
}

/** Images first: models answer better so. */
function partsOf({ images, prompt }: Draft) {
  return [
    ...images.map(({ dataUrl }) => ({ type: 'image' as const, image: dataUrl })),
    { type: 'text' as const, text: prompt },
  ];
}
