import type { WireObject } from '../wire.ts';

export interface Content {
  role: 'user' | 'model';
  parts: WireObject[];
}

/** The body of Google's `generateContent` and `streamGenerateContent`. */
export type GeminiBody = {
  contents: Content[];
  systemInstruction?: { parts: WireObject[] };
  tools?: { functionDeclarations: WireObject[] }[];
  toolConfig?: { functionCallingConfig: { mode: string; allowedFunctionNames?: string[] } };
  generationConfig: WireObject;
};

/** What goes to a model that a request names in its path: Google's body, and beside it what the path says. */
export type GeminiCall = GeminiBody & { model: string; stream: boolean };

/** Texts to embed, each on its own: Google's `batchEmbedContents`, with the model that its path names. */
export type EmbedCall = {
  model: string;
  contents: { parts: { text: string }[] }[];
  outputDimensionality?: number;
};

/** Functions that the model may call; absent where there are none. */
export function toolsOf(functionDeclarations: WireObject[]): Pick<GeminiBody, 'tools'> {
  return functionDeclarations.length > 0 ? { tools: [{ functionDeclarations }] } : {};
}

export type CallingMode = 'AUTO' | 'ANY' | 'NONE' | 'VALIDATED';

export function callingMode(mode: CallingMode, only?: string): Pick<GeminiBody, 'toolConfig'> {
  const allowed = only === undefined ? {} : { allowedFunctionNames: [only] };
  return { toolConfig: { functionCallingConfig: { mode, ...allowed } } };
}

/** The answer is JSON, of a schema where there is one. */
export function jsonAnswer(schema?: unknown): WireObject {
  return {
    responseMimeType: 'application/json',
    ...(schema !== undefined && { responseJsonSchema: schema }),
  };
}

export const inlineData = (mimeType: string, data: string): WireObject => ({
  inlineData: { mimeType, data },
});

/** What a tool gave back; Google reads the keys `output` and `error`. */
export function functionResponse(
  { id, name }: { id: string; name: string },
  response: { output: string } | { error: string },
  media: WireObject[] = [],
): WireObject {
  return { functionResponse: { id, name, response, ...(media.length > 0 && { parts: media }) } };
}
