import { useId, useState } from 'react';
import { CodeBlock } from '#components/markdown/CodeBlock.tsx';
import { Button } from '#components/ui/button.tsx';
import { INPUT } from '#components/ui/text-field.tsx';
import type { ToolCall } from '#lib/api/types.ts';
import { cx } from '#lib/cx.ts';
import { pretty } from '../state/turns.ts';

interface ToolCallsProps {
  calls: readonly ToolCall[];
  /** With the results by the ids of the calls. */
  onAnswer: (results: ReadonlyMap<string, string>) => void;
}

/** The tools that the model wants called; whoever asked plays the tool, and the conversation goes on. */
export default function ToolCalls({ calls, onAnswer }: ToolCallsProps) {
  const id = useId();
  const [results, setResults] = useState<ReadonlyMap<string, string>>(new Map());
  return (
    <div className="mt-3 flex flex-col gap-3 first:mt-0">
      {calls.map((call, index) => (
        <div key={call.id} className="flex flex-col gap-1.5">
          <CalledTool call={call} />
          <label htmlFor={`${id}-${index}`} className="text-mute">
            Result of <span className="num">{call.name}</span>
          </label>
          <textarea
            id={`${id}-${index}`}
            rows={2}
            value={results.get(call.id) ?? ''}
            onChange={(event) => setResults(new Map(results).set(call.id, event.target.value))}
            placeholder="What the tool answers, as text or JSON"
            className={cx(
              INPUT,
              'num block h-auto max-h-[26dvh] min-h-14 resize-none py-1.5 field-sizing-content',
            )}
          />
        </div>
      ))}
      <Button className="w-fit" onClick={() => onAnswer(results)}>
        {calls.length === 1 ? 'Send the result' : 'Send the results'}
      </Button>
    </div>
  );
}

/** One call: the tool's name and its arguments. */
export function CalledTool({ call }: { call: ToolCall }) {
  return (
    <div data-testid="tool-call">
      <p className="mb-1">
        <span className="text-mute">Calls </span>
        <span className="num font-semibold">{call.name}</span>
      </p>
      <div className="prose">
        <CodeBlock code={pretty(call.arguments)} language="json" />
      </div>
    </div>
  );
}
