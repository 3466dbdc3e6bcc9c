import { LazyMarkdown } from '#components/markdown/LazyMarkdown.tsx';
import type { Message } from '#lib/api/types.ts';
import { callsOf, pretty } from '../state/turns.ts';
import { CalledTool } from './ToolCalls.tsx';

/** What was said before the answer: images, and the calls of tools with their results. */
export default function Transcript({ turns }: { turns: readonly Message[] }) {
  const calls = callsOf(turns);
  return (
    <ol aria-label="Earlier turns" className="mb-4 flex flex-col gap-3 border-b pb-4">
      {turns.map((turn, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: turns are only ever added at the end.
        <li key={index}>
          {turn.role === 'user' && <Asked content={turn.content} />}
          {turn.role === 'assistant' && (
            <div className="flex flex-col gap-3">
              {turn.content !== undefined && turn.content !== '' && (
                <LazyMarkdown text={turn.content} growing={false} />
              )}
              {turn.toolCalls?.map((call) => (
                <CalledTool key={call.id} call={call} />
              ))}
            </div>
          )}
          {turn.role === 'tool' && (
            <>
              <p className="text-mute">
                Result of <span className="num">{calls.get(turn.toolCallId)?.name}</span>
              </p>
              <pre className="num whitespace-pre-wrap [overflow-wrap:anywhere]">{pretty(turn.content)}</pre>
            </>
          )}
        </li>
      ))}
    </ol>
  );
}

function Asked({ content }: { content: Extract<Message, { role: 'user' }>['content'] }) {
  const parts = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content;
  return (
    <>
      <p className="text-mute">You asked</p>
      <div className="mt-1 flex flex-wrap gap-2 empty:hidden">
        {parts.map(
          (part, index) =>
            part.type === 'image' && (
              <img
                // biome-ignore lint/suspicious/noArrayIndexKey: what was sent does not change.
                key={index}
                src={part.image}
                alt={`Sent with the prompt, number ${index + 1}`}
                className="max-h-40 max-w-full rounded-sm border object-contain"
              />
            ),
        )}
      </div>
      <p className="mt-1 whitespace-pre-wrap [overflow-wrap:anywhere]">
        {parts.map((part) => (part.type === 'text' ? part.text : '')).join('')}
      </p>
    </>
  );
}
