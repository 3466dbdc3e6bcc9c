import type { GenerateBody, Message, ToolCall } from '#lib/api/types.ts';
import type { Run } from './run.ts';

/** What was said before the answer that a request asks for. */
export function turnsOf({ prompt = '', messages }: GenerateBody): Message[] {
  return messages ?? [{ role: 'user', content: prompt }];
}

/** The request that goes on from an answer which called tools, with their results by the ids of the calls. */
export function continued(
  { request, text, answer }: Run,
  results: ReadonlyMap<string, string>,
): GenerateBody {
  const { prompt: _, ...body } = request.body;
  const toolCalls = answer?.toolCalls ?? [];
  return {
    ...body,
    messages: [
      ...turnsOf(request.body),
      { role: 'assistant', content: text, toolCalls },
      ...toolCalls.map(({ id }) => ({
        role: 'tool' as const,
        toolCallId: id,
        content: results.get(id) ?? '',
      })),
    ],
  };
}

/** JSON for the eye; what is none, as it is. */
export function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}

/** Each call of a conversation, by its id: results name but that. */
export function callsOf(turns: readonly Message[]): ReadonlyMap<string, ToolCall> {
  return new Map(
    turns.flatMap((turn) =>
      turn.role === 'assistant' ? (turn.toolCalls ?? []).map((call) => [call.id, call] as const) : [],
    ),
  );
}
