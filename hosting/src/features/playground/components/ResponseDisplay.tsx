import { ArrowDown } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { LazyMarkdown } from '#components/markdown/LazyMarkdown.tsx';
import { Button } from '#components/ui/button.tsx';
import { useFollow } from '#lib/use-follow.ts';
import type { GenerateRequest } from '../api/generate.ts';
import { isLive, type Run } from '../state/run.ts';
import { pretty } from '../state/turns.ts';
import { ResponseEmpty } from './ResponseEmpty.tsx';
import { ResponseError } from './ResponseError.tsx';
import { ResponseFooter, STATE_WORDS } from './ResponseFooter.tsx';

// Few answers have them: they come when one has.
const ToolCalls = lazy(() => import('./ToolCalls.tsx'));
const Transcript = lazy(() => import('./Transcript.tsx'));

interface ResponseDisplayProps {
  run: Run | undefined;
  model: string;
  /** The URL names a model that this gateway does not offer. */
  missing: boolean;
  /** The provider's name when it has no key here. */
  unconfigured: string | undefined;
  onRetry: (request: GenerateRequest) => void;
  /** Goes on with what the tools answered. */
  onResults: (run: Run, results: ReadonlyMap<string, string>) => void;
  onSignIn: () => void;
  onExample: ((prompt: string) => void) | undefined;
}

/** The answer as it arrives, what went wrong with it, and its figures. */
export function ResponseDisplay(props: ResponseDisplayProps) {
  const { run, model, onRetry, onResults, onSignIn } = props;
  const live = isLive(run);
  const { viewport, content, following, onScroll, jumpToLatest } = useFollow(run?.startedAt);
  return (
    <>
      <div className="relative min-h-0 flex-1">
        {/* Read token by token an answer is noise: the log is silent, the status below speaks. */}
        <div
          ref={viewport}
          onScroll={onScroll}
          role="log"
          aria-live="off"
          aria-busy={live}
          aria-label={`Answer of ${model}`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a long answer is scrolled by keyboard too.
          tabIndex={0}
          className="absolute inset-0 overflow-y-auto overscroll-contain px-3.5 py-3.5 outline-offset-[-2px]"
        >
          <div ref={content}>
            {run === undefined ? (
              <ResponseEmpty {...props} />
            ) : (
              <div className="rail pl-3" data-state={run.state}>
                <Suspense>
                  {run.request.body.messages && <Transcript turns={run.request.body.messages} />}
                </Suspense>
                {run.text !== '' && <LazyMarkdown text={drawn(run)} growing={live} />}
                {run.text === '' && live && <p className="text-mute">Waiting for the first token…</p>}
                {run.text === '' && run.state === 'stopped' && (
                  <p className="text-mute">Stopped before the first token.</p>
                )}
                {run.text === '' && run.state === 'done' && run.answer?.toolCalls === undefined && (
                  <p className="text-mute">The answer is empty.</p>
                )}
                <Suspense>
                  {run.answer?.toolCalls && (
                    <ToolCalls
                      key={run.answer.id}
                      calls={run.answer.toolCalls}
                      onAnswer={(results) => onResults(run, results)}
                    />
                  )}
                </Suspense>
                {run.error !== undefined && (
                  <ResponseError
                    error={run.error}
                    retryAt={run.retryAt}
                    partial={run.text !== ''}
                    onRetry={() => onRetry(run.request)}
                    onSignIn={onSignIn}
                  />
                )}
              </div>
            )}
          </div>
        </div>
        {live && !following && (
          <Button onClick={jumpToLatest} className="absolute bottom-3 left-1/2 -translate-x-1/2 shadow-popup">
            <ArrowDown size={14} />
            Jump to latest
          </Button>
        )}
      </div>
      <p role="status" className="sr-only">
        {run && `${model}: ${STATE_WORDS[run.state]}`}
      </p>
      {run !== undefined && <ResponseFooter run={run} />}
    </>
  );
}

/** The answer as Markdown: one that follows a schema is JSON, indented once it is whole. */
function drawn({ request, text, state }: Run): string {
  if (request.body.responseSchema === undefined) return text;
  return `\`\`\`json\n${state === 'done' ? pretty(text) : text}\n\`\`\``;
}
