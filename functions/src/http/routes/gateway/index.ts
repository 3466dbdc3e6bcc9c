import type { Deps } from '../../../deps.ts';
import { type Accepted, authenticate } from '../../middleware/authenticate.ts';
import { knownUser, type SeenUsers } from '../../middleware/current-user.ts';
import type { App } from '../../openapi.ts';
import { chatCompletions } from './chat-completions.ts';
import type { GatewayContext } from './context.ts';
import { countTokens } from './count-tokens.ts';
import { embeddings } from './embeddings.ts';
import { jsonText } from './json-text.ts';
import { messages } from './messages.ts';
import { listModels, retrieveModel } from './models.ts';
import { moderations } from './moderations.ts';
import { responses } from './responses.ts';

/** The credentials that routes take which call a model, and those that tell what there is. */
export const CALLING = ['accessToken', 'clientToken', 'apiKey:generate'] as const satisfies Accepted[];
export const READING = ['accessToken', 'clientToken', 'apiKey:models:read'] as const satisfies Accepted[];

/** The routes that call a model; each is as its provider documents it, so the OpenAPI document leaves them out. */
export const CALLS: Readonly<Record<string, (c: GatewayContext, deps: Deps) => Promise<Response>>> = {
  '/v1/chat/completions': chatCompletions,
  '/v1/responses': responses,
  '/v1/embeddings': embeddings,
  '/v1/moderations': moderations,
  '/v1/messages': messages,
  '/v1/messages/count_tokens': countTokens,
};

/** The data plane's routes, in OpenAI's and Anthropic's wire formats. */
export function gatewayRoutes(app: App, deps: Deps): void {
  const seen: SeenUsers = new Set();
  for (const [path, call] of Object.entries(CALLS)) {
    app.post(path, authenticate(deps, ...CALLING), knownUser(seen), jsonText(), (c) => call(c, deps));
  }
  app.get('/v1/models', authenticate(deps, ...READING), (c) => listModels(c, deps));
  app.get('/v1/models/:id{.+}', authenticate(deps, ...READING), (c) =>
    retrieveModel(c, c.req.param('id'), deps),
  );
}
