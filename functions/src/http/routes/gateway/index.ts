import type { Deps } from '../../../deps.ts';
import { type Accepted, authenticate } from '../../middleware/authenticate.ts';
import { knownUser, type SeenUsers } from '../../middleware/current-user.ts';
import type { App } from '../../openapi.ts';
import { chatCompletions } from './chat-completions.ts';
import type { GatewayContext } from './context.ts';
import { countTokens } from './count-tokens.ts';
import { embeddings } from './embeddings.ts';
import { imageGenerations } from './images-generations.ts';
import { jsonText } from './json-text.ts';
import { messages } from './messages.ts';
import { listModels, retrieveModel } from './models.ts';
import { moderations } from './moderations.ts';
import { responses } from './responses.ts';
import { storedFiles } from './stored-files.ts';

/** The credentials that routes take which tell what there is. */
export const READING = ['accessToken', 'clientToken', 'apiKey:models:read'] as const satisfies Accepted[];

/** The routes that call a model; each is as its provider documents it, so the OpenAPI document leaves them out. */
export const CALLS: Readonly<Record<string, CallingRoute>> = {
  '/v1/chat/completions': { scope: 'generate', call: chatCompletions },
  '/v1/responses': { scope: 'generate', call: responses },
  '/v1/embeddings': { scope: 'generate', call: embeddings },
  '/v1/images/generations': { scope: 'images', call: imageGenerations },
  '/v1/moderations': { scope: 'generate', call: moderations },
  '/v1/messages': { scope: 'generate', call: messages },
  '/v1/messages/count_tokens': { scope: 'generate', call: countTokens },
};

interface CallingRoute {
  /** What an API key must be allowed. */
  scope: 'generate' | 'images';
  call: (c: GatewayContext, deps: Deps) => Promise<Response>;
}

/** The data plane's routes, in OpenAI's and Anthropic's wire formats. */
export function gatewayRoutes(app: App, deps: Deps): void {
  const seen: SeenUsers = new Set();
  for (const [path, { scope, call }] of Object.entries(CALLS)) {
    const credential = authenticate(deps, 'accessToken', 'clientToken', `apiKey:${scope}`);
    app.post(path, credential, knownUser(seen), jsonText(), storedFiles(deps), (c) => call(c, deps));
  }
  app.get('/v1/models', authenticate(deps, ...READING), (c) => listModels(c, deps));
  app.get('/v1/models/:id{.+}', authenticate(deps, ...READING), (c) =>
    retrieveModel(c, c.req.param('id'), deps),
  );
}
