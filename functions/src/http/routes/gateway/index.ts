import type { Deps } from '../../../deps.ts';
import { authenticate } from '../../middleware/authenticate.ts';
import { knownUser, type SeenUsers } from '../../middleware/current-user.ts';
import type { App } from '../../openapi.ts';
import { chatCompletions } from './chat-completions.ts';
import { countTokens } from './count-tokens.ts';
import { embeddings } from './embeddings.ts';
import { jsonText } from './json-text.ts';
import { messages } from './messages.ts';
import { modelsRoutes } from './models.ts';
import { moderations } from './moderations.ts';
import { responses } from './responses.ts';

/** The data plane's routes, in OpenAI's and Anthropic's wire formats. */
export function gatewayRoutes(app: App, deps: Deps): void {
  const seen: SeenUsers = new Set();
  const calling = [
    authenticate(deps, 'accessToken', 'clientToken', 'apiKey:generate'),
    knownUser(seen),
    jsonText(),
  ] as const;
  app.post('/v1/chat/completions', ...calling, (c) => chatCompletions(c, deps));
  app.post('/v1/responses', ...calling, (c) => responses(c, deps));
  app.post('/v1/embeddings', ...calling, (c) => embeddings(c, deps));
  app.post('/v1/moderations', ...calling, (c) => moderations(c, deps));
  app.post('/v1/messages', ...calling, (c) => messages(c, deps));
  app.post('/v1/messages/count_tokens', ...calling, (c) => countTokens(c, deps));
  modelsRoutes(app, deps);
}
