import { type Answer, answer, countPrompt, type Turn } from '../answer.ts';
import { type ProviderSettings, type Reply, ReplyError } from '../provider.ts';
import { checkModel, checkObject } from './check.ts';
import { errorReply, refuse } from './errors.ts';
import { askOfResponse, instructionsOf, toolsOf, turnsOf } from './responses-ask.ts';
import { checkInput, checkResponse } from './responses-check.ts';
import { responseEvents } from './responses-events.ts';
import { type OutputItem, outputOf, responseOf, type WireResponse } from './responses-output.ts';

interface Stored {
  response: WireResponse;
  items: OutputItem[];
  /** The conversation up to and with this response, without instructions. */
  turns: Turn[];
}

const MAX_STORED = 200;

/** The responses routes of one sandbox, with the responses that it keeps; each throws ReplyError. */
export class Responses {
  readonly #stored = new Map<string, Stored>();

  /** `POST /v1/responses` */
  create(body: unknown, { tokensPerChunk }: ProviderSettings): Reply {
    const request = checkResponse(body);
    const earlier = this.#earlier(request.body['previous_response_id']);
    const given = answer(askOfResponse(request, earlier));
    const items = outputOf(request, given);
    const response = responseOf(request, given, items);
    if (request.body['store'] !== false) {
      this.#keep({ response, items, turns: [...earlier, ...turnsOf(request.input), spoken(given)] });
    }
    const delivery = { delayMs: given.directives.delay, fault: given.directives.fault };
    return request.stream
      ? { kind: 'stream', events: responseEvents(response, items, tokensPerChunk), delivery }
      : { kind: 'json', status: 200, body: response, delivery };
  }

  /** `GET /v1/responses/{id}`, `?stream=true` to have its events again. */
  retrieve(id: string, query: URLSearchParams, { tokensPerChunk }: ProviderSettings): Reply {
    const { response, items } = this.#find(id);
    if (query.get('stream') !== 'true') return { kind: 'json', status: 200, body: response };
    const after = Number(query.get('starting_after') ?? -1);
    return { kind: 'stream', events: responseEvents(response, items, tokensPerChunk, after) };
  }

  /** `DELETE /v1/responses/{id}` */
  delete(id: string): Reply {
    this.#find(id);
    this.#stored.delete(id);
    return { kind: 'json', status: 200, body: { id, object: 'response', deleted: true } };
  }

  /** `POST /v1/responses/input_tokens` */
  countTokens(given: unknown): Reply {
    const body = checkObject(given);
    checkModel(body);
    const turns = [
      ...instructionsOf(body['instructions']),
      ...this.#earlier(body['previous_response_id']),
      ...turnsOf(checkInput(body['input'])),
    ];
    const input_tokens = countPrompt({ turns, tools: toolsOf(body['tools']) });
    return { kind: 'json', status: 200, body: { object: 'response.input_tokens', input_tokens } };
  }

  #keep(stored: Stored): void {
    this.#stored.set(stored.response.id, stored);
    const [oldest] = this.#stored.keys();
    if (this.#stored.size > MAX_STORED && oldest !== undefined) this.#stored.delete(oldest);
  }

  #find(id: string): Stored {
    const stored = this.#stored.get(id);
    if (stored === undefined) throw new ReplyError(errorReply(404, `Response with id '${id}' not found.`));
    return stored;
  }

  #earlier(id: unknown): Turn[] {
    if (id == null) return [];
    const stored = typeof id === 'string' ? this.#stored.get(id) : undefined;
    if (stored === undefined) {
      refuse(
        `Previous response with id '${String(id)}' not found.`,
        'previous_response_id',
        'previous_response_not_found',
      );
    }
    return stored.turns;
  }
}

function spoken({ text, toolCalls }: Answer): Turn {
  const calls = toolCalls.map(({ name, tokens }) => `${name} ${tokens.join('')}`);
  return { role: 'assistant', text: [text.join(''), ...calls].join('\n'), media: 0 };
}
