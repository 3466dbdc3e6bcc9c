/** The few shapes of the API that the console reads; see functions/openapi.json. */

export interface Prices {
  /** Decimal strings in USD per million tokens. */
  input: string;
  output: string;
  [kind: string]: string;
}

export interface Model {
  id: string;
  name: string;
  contextWindow: number;
  maxOutputTokens: number;
  capabilities: string[];
  pricesPerMillionTokens?: Prices;
}

export interface Provider {
  id: string;
  name: string;
  configured: boolean;
  sandbox: boolean;
  models: Model[];
}

export interface ProviderList {
  providers: Provider[];
}

export interface GenerateBody {
  model: string;
  prompt: string;
  system?: string;
  maxTokens?: number;
  temperature?: number;
  stream: true;
}

export interface TokenUsage {
  inputTokens: number;
  outputTokens: number;
  cachedInputTokens: number;
  cacheWriteInputTokens: number;
  reasoningTokens: number;
}

/** The terminal `done` event of a stream: the answer without its content. */
export interface GenerateDone {
  id: string;
  provider: string;
  model: string;
  finishReason: string;
  usage: TokenUsage;
  cost: { usd: string };
  latencyMs: number;
  warnings?: string[];
}

export interface ClientTokenAnswer {
  clientToken: string;
  /** ISO 8601. */
  expiresAt: string;
}

export interface Me {
  uid: string;
  email: string | null;
  displayName: string | null;
  tier: string;
  isVerified: boolean;
  createdAt: string;
}

/** What openapi-fetch needs to know of the routes; replaced by the generated schema. */
export interface paths {
  '/api/v1/auth/me': {
    get: { responses: { 200: { content: { 'application/json': Me } } } };
  };
  '/api/v1/auth/logout': {
    post: { responses: { 204: { content?: never } } };
  };
}
