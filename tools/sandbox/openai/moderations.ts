import type { Moderation, ModerationCreateResponse } from 'openai/resources/moderations';
import { isRecord } from '../json.ts';
import type { Reply } from '../provider.ts';
import { newId } from '../random.ts';
import { checkKnown, checkObject } from './check.ts';
import { refuse } from './errors.ts';

const KNOWN = new Set(['input', 'model']);
const CATEGORIES =
  `harassment harassment/threatening hate hate/threatening illicit illicit/violent self-harm self-harm/instructions
  self-harm/intent sexual sexual/minors violence violence/graphic`.split(/\s+/);
/** What makes the sandbox flag an input, as violence. */
const FLAGGED = 'sandbox-violence';

/** `POST /v1/moderations`. @throws {ReplyError} */
export function createModeration(given: unknown): Reply {
  const body = checkObject(given);
  checkKnown(body, KNOWN);
  const { input, model = 'omni-moderation-latest' } = body;
  if (input == null) refuse("Missing required parameter: 'input'.", 'input', 'missing_required_parameter');
  // Parts of one message are judged together, texts one by one.
  const inputs = Array.isArray(input) && !isRecord(input[0]) ? input : [input];
  const answer: ModerationCreateResponse = {
    id: newId('modr-'),
    model: String(model),
    results: inputs.map((each) => judge(JSON.stringify(each))),
  };
  return { kind: 'json', status: 200, body: answer };
}

function judge(text: string): Moderation {
  const flagged = text.includes(FLAGGED);
  const each = <T>(value: (category: string) => T) =>
    Object.fromEntries(CATEGORIES.map((category) => [category, value(category)]));
  return {
    flagged,
    categories: each((category) => flagged && category === 'violence'),
    category_scores: each((category) => (flagged && category === 'violence' ? 0.97 : 0.0001)),
    category_applied_input_types: each(() => ['text']),
  } as unknown as Moderation;
}
