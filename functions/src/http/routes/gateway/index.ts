import type { Deps } from '../../../deps.ts';
import { authenticate } from '../../middleware/authenticate.ts';
import { knownUser, type SeenUsers } from '../../middleware/current-user.ts';
import type { App } from '../../openapi.ts';
import { chatCompletions } from './chat-completions.ts';
import { jsonText } from './json-text.ts';
import { messages } from './messages.ts';

/** The data plane's routes, in OpenAI's and Anthropic's wire formats. */
export function gatewayRoutes(app: App, deps: Deps): void {
  const seen: SeenUsers = new Set();
  const calling = [
    authenticate(deps, 'accessToken', 'clientToken', 'apiKey:generate'),
    knownUser(seen),
    jsonText(),
  ] as const;
  app.post('/v1/chat/completions', ...calling, (c) => chatCompletions(c, deps));
  app.post('/v1/messages', ...calling, (c) => messages(c, deps));
}
